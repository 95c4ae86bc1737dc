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
