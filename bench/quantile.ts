// Quantiles of measured times.

/**
 * By the nearest rank: always one of the values. With fewer than a hundred, p99 is the largest.
 *
 * @param share 0.5 for the median
 * @returns NaN where there are no values
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/**
 * The value in the middle, or halfway between the two: for few values, where the nearest rank
 * would always choose the lower one.
 *
 * @returns NaN where there are no values
 */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}
