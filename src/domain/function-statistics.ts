// Every function with its figures in a window, beside those of an earlier one.

import type { RunFigures, RunSeries } from './statistics.ts';

/** What the figures are compared with: the same window a week before, the one right before, nothing. */
export const comparisons = ['week', 'previous', 'none'] as const;
export type Comparison = (typeof comparisons)[number];

export const functionOrders = [
  'changed',
  'functionName',
  'runs',
  'failed',
  'p95',
  'memory',
  'coldStarts',
  'cost',
] as const;
export type FunctionOrder = (typeof functionOrders)[number];

/** Functions of one answer. */
export const FUNCTIONS_LIMIT_MAX = 200;
/** How many slices of a series a window is long, at most; it may touch one more. */
export const SERIES_SLICES_MAX = 30;

export interface FunctionStatisticsQuery {
  readonly namespace: string;
  /** The first start that counts, in microseconds since 1970 (inclusive). */
  readonly sinceUs: number;
  /** The first start that no longer counts (exclusive). */
  readonly untilUs: number;
  readonly asOf?: number;
  readonly compare: Comparison;
  readonly orderBy: FunctionOrder;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly offset: number;
}

export interface FunctionStatistics extends RunFigures {
  readonly functionName: string;
  /** Of the earlier window; absent where nothing is compared. */
  readonly previous?: RunFigures;
  /** How much is different from the earlier window; see changeBetween. */
  readonly changed: number;
  readonly series: RunSeries;
}

export interface FunctionStatisticsPage {
  /** Functions with runs in the window. */
  readonly total: number;
  readonly functions: readonly FunctionStatistics[];
  readonly sinceUs: number;
  readonly untilUs: number;
  /** Length of the slices of every series. */
  readonly seriesStepSeconds: number;
  /** The mark that the answer is about. */
  readonly asOf: number;
}

export const noFigures: RunFigures = {
  runs: 0,
  ok: 0,
  failed: 0,
  running: 0,
  lost: 0,
  coldStarts: 0,
  billedGbSeconds: 0,
};

const FAILURE_WEIGHT = 10;
const RUNS_WEIGHT = 0.5;

/**
 * How much is different: ten times the change of the failure share, the doublings or halvings of
 * the 95th percentile of the duration, and half of those of the number of runs.
 */
export function changeBetween(now: RunFigures, before: RunFigures): number {
  const failure = Math.abs(failureShare(now) - failureShare(before));
  const slower =
    now.duration === undefined || before.duration === undefined
      ? 0
      : doublings(now.duration.p95Us, before.duration.p95Us);
  return FAILURE_WEIGHT * failure + slower + RUNS_WEIGHT * doublings(now.runs, before.runs);
}

/** Of the runs that have ended or never will. */
export function failureShare({ ok, failed, lost }: RunFigures): number {
  const over = ok + failed + lost;
  return over === 0 ? 0 : (failed + lost) / over;
}

function doublings(now: number, before: number): number {
  return Math.abs(Math.log2((now + 1) / (before + 1)));
}
