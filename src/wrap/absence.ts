// How long a server that did not answer is left alone.

const MS_MIN = 500;
const MS_MAX = 30_000;
const DOUBLINGS_MAX = 6;

export class Absence {
  #failures = 0;
  /** By the process's own clock. */
  #until = 0;
  #isTold = false;

  /** Whether it is not to be asked yet. */
  get isGoingOn(): boolean {
    return performance.now() < this.#until;
  }

  /** Milliseconds until it may be asked. */
  get leftMs(): number {
    return Math.max(0, this.#until - performance.now());
  }

  /** @param retryAfterMs what the server has said itself, where it has */
  begin(retryAfterMs: number | undefined): void {
    const doubled = MS_MIN * 2 ** Math.min(this.#failures, DOUBLINGS_MAX);
    // Many processes that lost the same server do not come back at the same moment.
    const ownMs = Math.min(doubled, MS_MAX) * (0.75 + Math.random() / 2);
    this.#failures += 1;
    this.#isTold = retryAfterMs !== undefined;
    this.#until = performance.now() + Math.max(retryAfterMs ?? ownMs, MS_MIN / 2);
  }

  /** It has answered. */
  end(): void {
    this.#failures = 0;
    this.#until = 0;
  }

  /** Has it asked at once, unless it has said when it wants to be asked. */
  cutShort(): void {
    if (!this.#isTold) {
      this.#until = 0;
    }
  }
}
