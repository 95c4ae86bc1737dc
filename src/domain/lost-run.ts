// When a run that never ended counts as lost. Worked out whenever somebody asks and written nowhere,
// so an end that comes late makes the record finished like any other.

import { type Invocation, RET_CODE_RUNNING } from './invocation.ts';

export interface LostRule {
  /** The moment of the question, in milliseconds since 1970. */
  readonly nowMs: number;
  /** How long after its time limit news of a run may still be on its way. */
  readonly graceMs: number;
  /** Stands in for the time limit of a record that gives none. */
  readonly timeLimitMs: number;
}

/** @returns whether the run is said to go on, although its time limit and the grace have passed */
export function isLost(
  { retCode, startTimeUs, timeLimitMs }: Invocation,
  { nowMs, graceMs, timeLimitMs: assumedMs }: LostRule,
): boolean {
  const limitMs = timeLimitMs === 0 ? assumedMs : timeLimitMs;
  return retCode === RET_CODE_RUNNING && startTimeUs + (limitMs + graceMs - nowMs) * 1000 < 0;
}
