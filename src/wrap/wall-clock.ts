// The time of day in microseconds. Date has milliseconds only; the process's own clock is finer, and
// stands still while a platform has the process frozen.

/** How far the two may be apart before the finer one is set anew. */
const APART_MS_MAX = 1;

export class WallClock {
  #originMs = performance.timeOrigin;

  /** @returns microseconds since 1970-01-01T00:00:00Z, a whole number */
  nowUs(): number {
    const elapsedMs = performance.now();
    const systemMs = Date.now();
    const ms = this.#originMs + elapsedMs;
    if (ms >= systemMs - APART_MS_MAX && ms <= systemMs + 1 + APART_MS_MAX) {
      return Math.round(ms * 1_000);
    }
    this.#originMs = systemMs - elapsedMs;
    return systemMs * 1_000;
  }
}
