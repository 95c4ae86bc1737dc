// Runs by outcome, by hour of start, and by what tells how complete they are.

import { LATE_AFTER_US } from '../../domain/completeness.ts';
import type { InvocationBlock } from '../../domain/invocation-block.ts';
import type { InvocationStatus } from '../../domain/invocation-query.ts';

export const HOUR_US = 3_600_000_000;

export type RunOutcome = 'ok' | 'failed' | 'unfinished';

/** Of one record: what tells how complete the records are. */
export interface RunTraits {
  readonly startTimeUs: number;
  readonly retCode: number;
  readonly late: boolean;
  readonly cut: boolean;
  readonly replaced: boolean;
}

export interface RunCounts extends Record<RunOutcome, number> {
  late: number;
  cut: number;
  /** Records that took the place of an earlier one. */
  replaced: number;
  /** The latest start, 0 where there are none; where `isNewestKnown` is false, it may be earlier. */
  newestUs: number;
  isNewestKnown: boolean;
}

export function addRun(counts: RunCounts, run: RunTraits): void {
  addTraits(counts, run, 1);
  noteNewest(counts, run.startTimeUs, true);
}

export function takeRunAway(counts: RunCounts, run: RunTraits): void {
  addTraits(counts, run, -1);
  if (counts.newestUs === run.startTimeUs) {
    // Another one may have the same start; which one is the next is not known.
    counts.isNewestKnown = false;
  }
}

function noteNewest(counts: RunCounts, newestUs: number, isKnown: boolean): void {
  if (newestUs > counts.newestUs || (newestUs === counts.newestUs && isKnown)) {
    counts.newestUs = newestUs;
    counts.isNewestKnown = isKnown;
  }
}

function addTraits(counts: RunCounts, run: RunTraits, runs: 1 | -1): void {
  counts[outcomeOf(run.retCode)] += runs;
  counts.late += run.late ? runs : 0;
  counts.cut += run.cut ? runs : 0;
  counts.replaced += run.replaced ? runs : 0;
}

export function addCounts(sum: RunCounts, counts: Readonly<RunCounts>): void {
  for (const name of ['ok', 'failed', 'unfinished', 'late', 'cut', 'replaced'] as const) {
    sum[name] += counts[name];
  }
  noteNewest(sum, counts.newestUs, counts.isNewestKnown);
}

/** Whether news of a run came long after it was over. */
function isLate(endUs: number, ingestTimeMs: number): boolean {
  return ingestTimeMs * 1000 - endUs > LATE_AFTER_US;
}

/** @returns all runs that began from one hour to the other, both whole */
export function sumHours(
  hours: ReadonlyMap<number, RunCounts>,
  first: number,
  last: number,
): RunCounts {
  const sum = noRuns();
  // Whichever is the shorter way.
  if (last - first < hours.size) {
    for (let hour = first; hour <= last; hour++) {
      const counts = hours.get(hour);
      if (counts !== undefined) {
        addCounts(sum, counts);
      }
    }
    return sum;
  }
  for (const [hour, counts] of hours) {
    if (hour >= first && hour <= last) {
      addCounts(sum, counts);
    }
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
  return {
    ...{ ok: 0, failed: 0, unfinished: 0, late: 0, cut: 0, replaced: 0 },
    ...{ newestUs: 0, isNewestKnown: true },
  };
}

function outcomeOf(retCode: number): RunOutcome {
  if (retCode === 0) {
    return 'ok';
  }
  return retCode === 2 ? 'unfinished' : 'failed';
}

export function hourOf(us: number): number {
  return Math.floor(us / HOUR_US);
}

/** A row of a block as it is counted. */
export function traitsAt(
  block: InvocationBlock,
  row: number,
  { ingestTimeMs, replaced }: { readonly ingestTimeMs: number; readonly replaced: boolean },
): RunTraits {
  const startTimeUs = block.numberAt(row, 'startTimeUs');
  return {
    startTimeUs,
    retCode: block.numberAt(row, 'retCode'),
    late: isLate(startTimeUs + block.numberAt(row, 'durationUs'), ingestTimeMs),
    cut: block.numberAt(row, 'logCutBytes') > 0,
    replaced,
  };
}
