// Runs by outcome, and by hour of start.

import type { InvocationStatus } from '../../domain/invocation-query.ts';

export const HOUR_US = 3_600_000_000;

export interface RunCounts {
  ok: number;
  failed: number;
  unfinished: number;
}

export function sumHours(
  hours: ReadonlyMap<number, RunCounts>,
  first: number,
  last: number,
  status: InvocationStatus | undefined,
): number {
  let sum = 0;
  // Whichever is the shorter way.
  if (last - first < hours.size) {
    for (let hour = first; hour <= last; hour++) {
      sum += countOf(hours.get(hour), status);
    }
    return sum;
  }
  for (const [hour, counts] of hours) {
    sum += hour >= first && hour <= last ? countOf(counts, status) : 0;
  }
  return sum;
}

export function countOf(
  counts: RunCounts | undefined,
  status: InvocationStatus | undefined,
): number {
  const { ok, failed, unfinished } = counts ?? noRuns();
  switch (status) {
    case 'ok':
      return ok;
    case 'failed':
      return failed;
    default:
      return ok + failed + unfinished;
  }
}

export function noRuns(): RunCounts {
  return { ok: 0, failed: 0, unfinished: 0 };
}

export function statusOf(retCode: number): keyof RunCounts {
  if (retCode === 0) {
    return 'ok';
  }
  return retCode === 2 ? 'unfinished' : 'failed';
}

export function hourOf(us: number): number {
  return Math.floor(us / HOUR_US);
}
