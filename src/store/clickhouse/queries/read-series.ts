// Runs of some functions by slices of a window.

import type { ClickHouseClient } from '@clickhouse/client';
import type { RunSeries, SeriesQuery } from '../../../domain/statistics.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { CountOptions } from './count-matches.ts';
import { matchConditions } from './match-conditions.ts';

/** What a function has in a slice, or in a part of one. */
export interface SeriesRow {
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
  const { functionNames, stepSeconds, asOf, ...filter } = query;
  const stepUs = stepSeconds * 1_000_000;
  const { first, length } = slicesOf(query);
  const { where, parameters } = matchConditions(filter, mark, lostRule);
  const rows = await selectRows<SeriesRow>(client, {
    sql: `SELECT
  functionName,
  intDiv(toUnixTimestamp64Micro(startTime), {stepUs:Int64}) AS slice,
  count() AS runs,
  countIf(retCode NOT IN (0, 2)) AS failed
FROM invocations
WHERE ${where}
  AND functionName IN {functionNames:Array(String)}
GROUP BY functionName, slice
LIMIT {limit:UInt64}`,
    parameters: {
      ...parameters,
      stepUs,
      functionNames,
      limit: functionNames.length * length,
    },
    settings: { ...ROW_SETTINGS, optimize_use_projections: 0 },
    deadlineMs,
    bounds,
  });
  return seriesOf(rows, { first, length });
}

interface Slices {
  /** Counted since 1970. */
  readonly first: number;
  readonly length: number;
}

/** All slices that a window touches. */
export function slicesOf({
  sinceUs,
  untilUs,
  stepSeconds,
}: Pick<SeriesQuery, 'sinceUs' | 'untilUs' | 'stepSeconds'>): Slices {
  const stepUs = stepSeconds * 1_000_000;
  const first = Math.floor(sinceUs / stepUs);
  return { first, length: Math.ceil(untilUs / stepUs) - first };
}

export function seriesOf(
  rows: Iterable<SeriesRow>,
  { first, length }: Slices,
): Map<string, RunSeries> {
  const series = new Map<string, { runs: number[]; failed: number[] }>();
  for (const { functionName, slice, runs, failed } of rows) {
    const zeros = () => new Array<number>(length).fill(0);
    const ofFunction = series.get(functionName) ?? { runs: zeros(), failed: zeros() };
    ofFunction.runs[slice - first] = (ofFunction.runs[slice - first] ?? 0) + runs;
    ofFunction.failed[slice - first] = (ofFunction.failed[slice - first] ?? 0) + failed;
    series.set(functionName, ofFunction);
  }
  return series;
}
