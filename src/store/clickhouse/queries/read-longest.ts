// How long the longest run took.

import type { ClickHouseClient } from '@clickhouse/client';
import type { ChartQuery } from '../../../domain/run-charts.ts';
import { sourceOf } from '../projections.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { CountOptions } from './count-matches.ts';

/** @returns what no run takes longer than, whether in sight or not */
export async function readLongestUs(
  client: ClickHouseClient,
  { namespace, functionName }: Pick<ChartQuery, 'namespace' | 'functionName'>,
  { deadlineMs, bounds, ...moment }: CountOptions,
): Promise<number> {
  const [projection, ofFunction] =
    functionName === undefined
      ? (['by_duration', ''] as const)
      : (['by_function_duration', ' AND functionName = {functionName:String}'] as const);
  const { from, settings } = sourceOf(projection, moment);
  const [row] = await selectRows<{ durationUs: number }>(client, {
    sql: `SELECT durationUs
FROM ${from}
WHERE namespace = {namespace:String}${ofFunction}
ORDER BY namespace DESC${ofFunction === '' ? '' : ', functionName DESC'}, durationUs DESC
LIMIT 1`,
    parameters: { namespace, ...(functionName !== undefined && { functionName }) },
    settings: { ...ROW_SETTINGS, ...settings },
    deadlineMs,
    bounds,
  });
  return row?.durationUs ?? 0;
}
