// The last reads, for whoever asks for the same just then or soon after: it is read once.

const READS_MAX = 8;

export class SharedReads<Result> {
  /** The latest comes last. */
  readonly #reads = new Map<string, Promise<Result>>();

  /**
   * @param key names what is read, the mark too
   * @throws whatever `read` throws
   */
  async take(key: string, read: () => Promise<Result>): Promise<Result> {
    const shared = this.#reads.get(key);
    if (shared !== undefined) {
      try {
        return await shared;
      } catch {
        // The question that it was read for was broken off, or had less time.
      }
    }
    const own = read();
    this.#reads.set(key, own);
    for (const oldest of this.#reads.keys()) {
      if (this.#reads.size <= READS_MAX) {
        break;
      }
      this.#reads.delete(oldest);
    }
    try {
      return await own;
    } catch (error) {
      if (this.#reads.get(key) === own) {
        this.#reads.delete(key);
      }
      throw error;
    }
  }
}
