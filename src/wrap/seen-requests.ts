// How often this process has run a request id before. The record's identity is function, request id
// and retry number: a second run that did not raise the number would take the place of the first.

export class SeenRequests {
  readonly #runs = new Map<string, number>();
  readonly #max: number;

  /** @param max how many are remembered; the oldest is forgotten first */
  constructor(max: number) {
    this.#max = max;
  }

  /** @returns 0 for the first run of a request id, and one more for each that follows */
  next(functionName: string, requestId: string): number {
    const key = `${functionName}\n${requestId}`;
    const before = this.#runs.get(key);
    this.#runs.delete(key);
    this.#runs.set(key, (before ?? 0) + 1);
    if (this.#runs.size > this.#max) {
      const [oldest = ''] = this.#runs.keys();
      this.#runs.delete(oldest);
    }
    return before ?? 0;
  }
}
