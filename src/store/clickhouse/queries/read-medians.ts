// The median of the duration, by function, and where runs stand among those of their function.

import type { ClickHouseClient } from '@clickhouse/client';
import { sourceOf } from '../projections.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { CountOptions } from './count-matches.ts';
import { matchConditions } from './match-conditions.ts';

/** Functions that one statement tells of. */
const FUNCTIONS_MAX = 10_000;

export interface FunctionMedian {
  readonly functionName: string;
  readonly medianUs: number;
}

interface MedianQuery {
  readonly namespace: string;
  readonly functionName?: string;
}

/** @returns of all runs that have ended, up to the mark; of one function, or of each */
export async function readMedians(
  client: ClickHouseClient,
  { namespace, functionName }: MedianQuery,
  { deadlineMs, bounds, ...moment }: CountOptions,
): Promise<readonly FunctionMedian[]> {
  const filter = { namespace, ...(functionName === undefined ? {} : { functionName }) };
  const { where, parameters } = matchConditions(filter, moment.mark);
  const { from, settings } = sourceOf('by_function_duration', moment);
  return await selectRows<FunctionMedian>(client, {
    sql: `SELECT functionName, quantileExact(0.5)(durationUs) AS medianUs
FROM ${from}
WHERE ${where} AND retCode != 2
GROUP BY functionName
LIMIT {limit:UInt64}`,
    parameters: { ...parameters, limit: FUNCTIONS_MAX },
    settings: { ...ROW_SETTINGS, ...settings },
    deadlineMs,
    bounds,
  });
}

export interface FunctionRanks extends FunctionMedian {
  /** Runs of the function that have ended. */
  readonly among: number;
  /** For each duration that was asked about: how many of them took no longer. */
  readonly atMost: readonly number[];
}

/** @param durationsUs microseconds, at most some hundred */
export async function readRanks(
  client: ClickHouseClient,
  query: {
    readonly namespace: string;
    readonly functionNames: readonly string[];
    readonly durationsUs: readonly number[];
  },
  { deadlineMs, bounds, ...moment }: CountOptions,
): Promise<readonly FunctionRanks[]> {
  const { namespace, functionNames, durationsUs } = query;
  const { where, parameters } = matchConditions({ namespace }, moment.mark);
  const { from, settings } = sourceOf('by_function_duration', moment);
  return await selectRows<FunctionRanks>(client, {
    sql: `SELECT
  functionName,
  quantileExact(0.5)(durationUs) AS medianUs,
  count() AS among,
  sumForEach(arrayMap(limit -> toUInt64(durationUs <= limit), {durationsUs:Array(UInt64)})) AS atMost
FROM ${from}
WHERE ${where} AND retCode != 2 AND functionName IN {functionNames:Array(String)}
GROUP BY functionName
LIMIT {limit:UInt64}`,
    parameters: { ...parameters, durationsUs, functionNames, limit: functionNames.length },
    settings: { ...ROW_SETTINGS, ...settings },
    deadlineMs,
    bounds,
  });
}
