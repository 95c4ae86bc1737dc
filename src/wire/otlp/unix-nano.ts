// Times of OTLP: nanoseconds since 1970, 0 where there is none.

import { TIME_US_MAX } from '../../domain/rfc3339.ts';
import type { NoRun } from './faas-run.ts';

const NANO_PER_US = 1_000n;

/** @returns microseconds since 1970, rounded down; undefined for 0 */
export function microsecondsOf(nano: bigint): number | undefined {
  return nano === 0n ? undefined : Number(nano / NANO_PER_US);
}

/** @returns why a time cannot be kept; undefined for one that can */
export function badTime(field: string, us: number | undefined): NoRun | undefined {
  return us !== undefined && us >= TIME_US_MAX
    ? { field, unreadable: 'must be nanoseconds since 1970, before 2200' }
    : undefined;
}
