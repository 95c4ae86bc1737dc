// What charts of runs over time are made of: how many went on at once, and how their durations and
// memory are spread.

import type { PageOptions } from './ports.ts';

/** Slices of a window in one answer. */
export const SLICES_MAX = 10_000;
/** Cells of one distribution. */
export const CELLS_MAX = 50_000;
/** Runs that one answer about concurrency looks at: each is held in memory. */
export const CONCURRENT_RUNS_MAX = 2_000_000;

/** The largest of these that gives a chart enough slices is taken where none is asked for. */
const USUAL_STEPS = [
  ...[1, 5, 15, 30, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400],
  ...[7 * 86_400, 28 * 86_400, 364 * 86_400],
] as const;
const USUAL_SLICES_MAX = 200;

export interface ChartQuery {
  readonly namespace: string;
  readonly functionName?: string;
  readonly qualifier?: string;
  /** The window, in microseconds since 1970: its first moment, and the first one after it. */
  readonly sinceUs: number;
  readonly untilUs: number;
  readonly asOf?: number;
  /** Length of a slice, which begins at a multiple of it since 1970 UTC. */
  readonly stepSeconds: number;
}

/**
 * How many runs go on at any moment of a window: a run does from its start until its duration is
 * over, the moment of its end not among them. A run without an end goes on until now, but no longer
 * than it may take. Runs that began before the window count while they go on within it.
 */
export interface Concurrency {
  /** The most at one moment, and the first such moment; 0 and the window's begin where there are none. */
  readonly max: number;
  readonly maxAtUs: number;
  /** Runs that went on at some moment of the window. */
  readonly runs: number;
  /** Every slice that the window touches, those without runs too. */
  readonly points: readonly ConcurrencyPoint[];
  readonly asOf: number;
}

interface ConcurrencyPoint {
  /** When the slice begins, be it before the window, in microseconds since 1970. */
  readonly timeUs: number;
  /** Within the slice and the window. */
  readonly max: number;
  readonly mean: number;
}

export const distributionFields = ['duration', 'memUsage'] as const;
export type DistributionField = (typeof distributionFields)[number];

export interface DistributionQuery extends ChartQuery {
  readonly of: DistributionField;
}

/** Runs that have ended, by slices of their start and by buckets of a value. */
export interface Distribution {
  readonly cells: readonly DistributionCell[];
  readonly asOf: number;
}

export interface DistributionCell {
  readonly timeUs: number;
  /** As bucketBounds takes it. */
  readonly bucket: number;
  readonly count: number;
}

export interface ChartReader {
  /**
   * @throws AppError page_too_large where the window has more than SLICES_MAX slices;
   *   query_too_costly where more than CONCURRENT_RUNS_MAX runs went on in it; query_timeout,
   *   store_unavailable
   */
  concurrency(query: ChartQuery, options: PageOptions): Promise<Concurrency>;

  /**
   * @throws AppError page_too_large where there are more than CELLS_MAX cells; query_timeout,
   *   query_too_costly, store_unavailable
   */
  distribution(query: DistributionQuery, options: PageOptions): Promise<Distribution>;
}

/** @returns the shortest usual length, in seconds, with which a window is at most so many slices long */
export function usualStepSeconds(
  sinceUs: number,
  untilUs: number,
  slicesMax = USUAL_SLICES_MAX,
): number {
  const seconds = (untilUs - sinceUs) / 1_000_000;
  const longest = USUAL_STEPS[USUAL_STEPS.length - 1] ?? 1;
  return USUAL_STEPS.find((step) => seconds / step <= slicesMax) ?? longest;
}

/**
 * Buckets are the powers of two, each cut in four; the first holds 0 alone.
 *
 * @param bucket 0 for the value 0, else 4 × e + q + 1 for values from (4 + q) × 2^(e - 2)
 * @returns the values of the bucket: from, inclusive, and to, exclusive
 */
export function bucketBounds(bucket: number): { readonly from: number; readonly to: number } {
  if (bucket === 0) {
    return { from: 0, to: 1 };
  }
  const quarter = (bucket - 1) % 4;
  const exponent = (bucket - 1 - quarter) / 4;
  const [from, to] = [4 + quarter, 5 + quarter].map((n) => n * 2 ** (exponent - 2));
  return { from: Math.ceil(from ?? 0), to: Math.ceil(to ?? 0) };
}
