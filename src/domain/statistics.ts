// Figures over many runs, exact, from the records themselves.

import type { InvocationQuery } from './invocation-query.ts';
import type { PageOptions } from './ports.ts';
import type { ChartReader } from './run-charts.ts';

export const statisticsGroups = ['functionName', 'qualifier', 'time'] as const;
export type StatisticsGroup = (typeof statisticsGroups)[number];

/** Groups of one answer. */
export const GROUPS_MAX = 10_000;
export const STEP_SECONDS_MAX = 366 * 86_400;

/** What narrows a question about pages down, narrows these figures down. */
export interface StatisticsQuery
  extends Omit<InvocationQuery, 'orderBy' | 'order' | 'limit' | 'offset' | 'after'> {
  /** Whether durations and memory are wanted, which take most of the time; true where it is left out. */
  readonly percentiles?: boolean;
  /** What runs of one group have in common; none: all runs together. */
  readonly groupBy: readonly StatisticsGroup[];
  /** Length of a group by time, which begins at a multiple of it since 1970 UTC. */
  readonly stepSeconds: number;
}

/**
 * Of runs that have ended. A quantile q of n values is the one at place floor(q × n) when they are
 * sorted, counted from 0.
 */
interface DurationFigures {
  readonly meanUs: number;
  readonly p50Us: number;
  readonly p90Us: number;
  readonly p95Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

/** Of runs that have ended. */
interface MemoryFigures {
  readonly p95Bytes: number;
  readonly maxBytes: number;
  /** The largest limit; 0 where none is known. */
  readonly limitBytes: number;
  /** The largest share of its own limit that a run used; 0 where no limit is known. */
  readonly shareMax: number;
}

export interface RunFigures {
  readonly runs: number;
  readonly ok: number;
  readonly failed: number;
  readonly running: number;
  readonly lost: number;
  readonly coldStarts: number;
  /** Undefined where no run has ended. */
  readonly duration?: DurationFigures;
  readonly memory?: MemoryFigures;
  /**
   * Billed seconds times gigabytes (2^30 bytes) of the memory limit, or of the memory used where no
   * limit is known.
   */
  readonly billedGbSeconds: number;
}

export interface StatisticsEntry extends RunFigures {
  /** Given where the question groups by it. */
  readonly functionName?: string;
  readonly qualifier?: string;
  /** When the group begins, in microseconds since 1970. */
  readonly timeUs?: number;
}

export interface Statistics {
  /** By time, function, qualifier. */
  readonly groups: readonly StatisticsEntry[];
  /** The mark that the answer is about. */
  readonly asOf: number;
}

export interface SeriesQuery {
  readonly namespace: string;
  readonly functionNames: readonly string[];
  /** Of the window, as StatisticsQuery has it. */
  readonly sinceUs: number;
  readonly untilUs: number;
  readonly asOf?: number;
  /** Length of a slice, which begins at a multiple of it since 1970 UTC. */
  readonly stepSeconds: number;
}

/** Runs by slices of a window: all that it touches. */
export interface RunSeries {
  readonly runs: readonly number[];
  readonly failed: readonly number[];
}

export interface StatisticsReader extends ChartReader {
  /**
   * @throws AppError page_too_large where there are more than GROUPS_MAX groups; query_timeout,
   *   query_too_costly, store_unavailable
   */
  statistics(query: StatisticsQuery, options: PageOptions): Promise<Statistics>;

  /**
   * Runs of some functions by slices of a window.
   *
   * @returns by function; those without runs are left out
   * @throws AppError query_timeout, query_too_costly, store_unavailable
   */
  series(query: SeriesQuery, options: PageOptions): Promise<ReadonlyMap<string, RunSeries>>;
}
