// Runs of some functions by equal parts of a window.

import type { ClickHouseClient } from '@clickhouse/client';
import type { RunSeries, SeriesQuery } from '../../../domain/statistics.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { CountOptions } from './count-matches.ts';
import { matchConditions } from './match-conditions.ts';

interface SeriesRow {
  readonly functionName: string;
  readonly slice: number;
  readonly runs: number;
  readonly failed: number;
}

/** @returns by function, one count for each slice; functions without runs are left out */
export async function readSeries(
  client: ClickHouseClient,
  query: SeriesQuery,
  { lostRule, deadlineMs, bounds, mark }: CountOptions,
): Promise<Map<string, RunSeries>> {
  const { functionNames, slices, asOf, ...filter } = query;
  const { where, parameters } = matchConditions(filter, mark, lostRule);
  const rows = await selectRows<SeriesRow>(client, {
    sql: `SELECT
  functionName,
  intDiv(
    (toUnixTimestamp64Micro(startTime) - {sinceUs:Int64}) * {slices:Int64},
    {untilUs:Int64} - {sinceUs:Int64}
  ) AS slice,
  count() AS runs,
  countIf(retCode NOT IN (0, 2)) AS failed
FROM invocations
WHERE ${where}
  AND functionName IN {functionNames:Array(String)}
GROUP BY functionName, slice
LIMIT {limit:UInt64}`,
    parameters: {
      ...parameters,
      slices,
      functionNames,
      limit: functionNames.length * slices,
    },
    settings: { ...ROW_SETTINGS, optimize_use_projections: 0 },
    deadlineMs,
    bounds,
  });
  const series = new Map<string, { runs: number[]; failed: number[] }>();
  for (const { functionName, slice, runs, failed } of rows) {
    const zeros = () => new Array<number>(slices).fill(0);
    const ofFunction = series.get(functionName) ?? { runs: zeros(), failed: zeros() };
    ofFunction.runs[slice] = runs;
    ofFunction.failed[slice] = failed;
    series.set(functionName, ofFunction);
  }
  return series;
}
