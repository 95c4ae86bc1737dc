// The text that one run wrote: bounded in memory while it is gathered, first and last part kept.
// Knows nothing of processes.

/** The most that is kept of one run. */
export const RUN_LOG_BYTES_MAX = 4 * 1024 * 1024;
/** The end is kept too, because that is where an error stands. */
const TAIL_BYTES_MAX = 1024 * 1024;
const END_CHARS = 16 * 1024;
const HEAD_BYTES_MAX = RUN_LOG_BYTES_MAX - TAIL_BYTES_MAX;

export class RunLog {
  readonly #head: Buffer[] = [];
  readonly #tail: Buffer[] = [];
  #headBytes = 0;
  #tailBytes = 0;
  #cutBytes = 0;

  append(bytes: Buffer): void {
    const room = HEAD_BYTES_MAX - this.#headBytes;
    const head = bytes.subarray(0, room);
    const rest = bytes.subarray(room);
    if (head.length > 0) {
      this.#headBytes += head.length;
      this.#head.push(head);
    }
    if (rest.length > 0) {
      this.#tailBytes += rest.length;
      this.#tail.push(rest);
      this.#dropOldest();
    }
  }

  /** Bytes that were written and are not in `text`. */
  get cutBytes(): number {
    return this.#cutBytes;
  }

  /** Whether some text stands near the end, where a runtime says why it gave up. */
  endHolds(text: string): boolean {
    return this.text().slice(-END_CHARS).includes(text);
  }

  /** What was written; a line says so where something was cut out. */
  text(): string {
    const head = Buffer.concat(this.#head).toString();
    if (this.#tail.length === 0) {
      return head;
    }
    const tail = Buffer.concat(this.#tail).toString();
    const cut = this.#cutBytes === 0 ? '' : `\n[fnlog: ${this.#cutBytes} bytes of log cut here]\n`;
    return `${head}${cut}${tail}`;
  }

  #dropOldest(): void {
    while (this.#tailBytes > TAIL_BYTES_MAX) {
      const oldest = this.#tail[0];
      if (oldest === undefined) {
        return;
      }
      const dropped = Math.min(oldest.length, this.#tailBytes - TAIL_BYTES_MAX);
      this.#tailBytes -= dropped;
      this.#cutBytes += dropped;
      if (dropped === oldest.length) {
        this.#tail.shift();
      } else {
        this.#tail[0] = oldest.subarray(dropped);
      }
    }
  }
}
