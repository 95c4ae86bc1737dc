// Time as a dependency: whatever decides by the clock is given one, so that tests can fix it.

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
