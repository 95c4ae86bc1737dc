// How long the questions of each key may keep the store busy: a bucket of milliseconds that fills up
// by the minute, so that an idle key has a minute's share at once, and a busy one its share over time.

const MINUTE_MS = 60_000;
/** Buckets kept before the full ones are forgotten: as many as there are keys, in the end. */
const KEPT_MAX = 1_000;

interface Bucket {
  spentMs: number;
  atMs: number;
}

export class TimeBudget {
  readonly #msPerMinute: number;
  readonly #buckets = new Map<string, Bucket>();

  /** @param secondsPerMinute 0: no bound */
  constructor(secondsPerMinute: number) {
    this.#msPerMinute = secondsPerMinute * 1000;
  }

  get secondsPerMinute(): number {
    return this.#msPerMinute / 1000;
  }

  /**
   * @param runningMs of its questions that have not ended yet
   * @returns after how long the key may ask again; 0: now
   */
  waitMs(key: string, nowMs: number, runningMs: number): number {
    if (this.#msPerMinute === 0) {
      return 0;
    }
    const overMs = this.#spentMs(key, nowMs) + runningMs - this.#msPerMinute;
    return overMs < 0 ? 0 : ((overMs + 1) * MINUTE_MS) / this.#msPerMinute;
  }

  spend(key: string, nowMs: number, ms: number): void {
    if (this.#msPerMinute === 0) {
      return;
    }
    this.#buckets.set(key, { spentMs: this.#spentMs(key, nowMs) + ms, atMs: nowMs });
    if (this.#buckets.size > KEPT_MAX) {
      for (const each of [...this.#buckets.keys()]) {
        if (this.#spentMs(each, nowMs) === 0) {
          this.#buckets.delete(each);
        }
      }
    }
  }

  #spentMs(key: string, nowMs: number): number {
    const { spentMs, atMs } = this.#buckets.get(key) ?? { spentMs: 0, atMs: nowMs };
    return Math.max(0, spentMs - ((nowMs - atMs) * this.#msPerMinute) / MINUTE_MS);
  }
}
