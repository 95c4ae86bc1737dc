// How durations and memory are spread: runs by slices of time and buckets of the value.

import type { ClickHouseClient } from '@clickhouse/client';
import { AppError } from '../../../domain/errors.ts';
import {
  CELLS_MAX,
  type DistributionCell,
  type DistributionField,
  type DistributionQuery,
} from '../../../domain/run-charts.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { CountOptions } from './count-matches.ts';
import { matchConditions } from './match-conditions.ts';

const columns: Record<DistributionField, string> = {
  duration: 'durationUs',
  memUsage: 'memUsageBytes',
};

/**
 * As bucketBounds reads it. A logarithm just below a whole number is rounded up to it, so the power
 * is looked at again in whole numbers.
 */
function bucketOf(column: string): string {
  const rounded = `toUInt8(floor(log2(${column})))`;
  const exponent = `if(bitShiftLeft(toUInt64(1), ${rounded}) > ${column}, ${rounded} - 1, ${rounded})`;
  return `if(${column} = 0, 0,
    4 * ${exponent} + intDiv(4 * toUInt128(${column}), bitShiftLeft(toUInt128(1), ${exponent})) - 3)`;
}

/** @throws AppError page_too_large where there are too many cells */
export async function readDistribution(
  client: ClickHouseClient,
  query: DistributionQuery,
  { lostRule, deadlineMs, bounds, mark }: CountOptions,
): Promise<DistributionCell[]> {
  const { stepSeconds, of, asOf, ...filter } = query;
  const { where, parameters } = matchConditions(filter, mark, lostRule);
  const rows = await selectRows<DistributionCell>(client, {
    sql: `SELECT
  intDiv(toUnixTimestamp64Micro(startTime), {stepUs:Int64}) * {stepUs:Int64} AS timeUs,
  toUInt16(${bucketOf(columns[of])}) AS bucket,
  count() AS count
FROM invocations
WHERE ${where}
  AND retCode != 2
GROUP BY timeUs, bucket
ORDER BY timeUs, bucket
LIMIT {limit:UInt64}`,
    parameters: { ...parameters, stepUs: stepSeconds * 1_000_000, limit: CELLS_MAX + 1 },
    settings: { ...ROW_SETTINGS, optimize_use_projections: 0 },
    deadlineMs,
    bounds,
  });
  if (rows.length > CELLS_MAX) {
    throw tooManyCells();
  }
  return rows;
}

export function tooManyCells(): AppError {
  return new AppError(
    'page_too_large',
    `there are more than ${CELLS_MAX} cells; choose a longer step or a shorter window (since, until)`,
    { details: { parameter: 'step', cellsMax: CELLS_MAX } },
  );
}
