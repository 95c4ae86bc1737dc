// What a store tells a tally of the records that it holds.

import { noRuns, type RunCounts, type RunOutcome } from './run-counts.ts';

/** Records of one function that ended alike. */
export interface TallyRow {
  readonly namespace: string;
  readonly functionName: string;
  readonly status: RunOutcome;
  readonly runs: number;
  readonly lateRuns: number;
  readonly cutRuns: number;
  readonly replacedRuns: number;
  readonly newestUs: number;
}

/** Those of them that began in one hour, counted since 1970. */
export interface TallyHourRow extends TallyRow {
  readonly hour: number;
}

export interface StoredTally {
  readonly totals: readonly TallyRow[];
  readonly hours: readonly TallyHourRow[];
  /** Earlier hours are not told. */
  readonly firstHour: number;
}

export function countsOf({
  status,
  runs,
  lateRuns,
  cutRuns,
  replacedRuns,
  newestUs,
}: TallyRow): RunCounts {
  const counted = { late: lateRuns, cut: cutRuns, replaced: replacedRuns, newestUs };
  return { ...noRuns(), ...counted, [status]: runs };
}
