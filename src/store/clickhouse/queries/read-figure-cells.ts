// The runs of some stretches of time, summed up by slice, function and version, with every value.

import type { ClickHouseClient } from '@clickhouse/client';
import { BILLED_HIGH, type CellRow } from '../figures/figure-cells.ts';
import { SLICE_US } from '../figures/slice-time.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { CountOptions } from './count-matches.ts';
import { type StretchQuery, stretchConditions } from './stretch-conditions.ts';

/** Of one statement, many times what the runs that are read at once can have. */
const CELLS_MAX = 1_000_000;

/** As a CellRow has them. */
function differences(of: string, condition: string): string {
  const sorted = `arraySort(groupArrayIf(${of}, ${condition}))`;
  return `arrayConcat(arraySlice(${sorted}, 1, 1), arrayPopFront(arrayDifference(${sorted})))`;
}

/** As two figures. */
function billed(outcome: 'ok' | 'failed', condition: string): string {
  const sum = `sumIf(
    toUInt128(billDurationMs) * if(memoryLimitBytes = 0, memUsageBytes, memoryLimitBytes),
    ${condition}
  )`;
  return `toUInt64(intDiv(${sum}, ${BILLED_HIGH})) AS ${outcome}BilledHigh,
  toUInt64(${sum} % ${BILLED_HIGH}) AS ${outcome}BilledLow`;
}

const START_US = 'toUnixTimestamp64Micro(startTime)';

export async function readFigureCells(
  client: ClickHouseClient,
  query: StretchQuery,
  { deadlineMs, bounds, mark }: CountOptions,
): Promise<CellRow[]> {
  const { where, parameters } = stretchConditions(query, mark);
  return await selectRows<CellRow>(client, {
    sql: `SELECT
  functionName,
  qualifier,
  intDiv(${START_US}, ${SLICE_US}) AS slice,
  countIf(retCode = 0) AS ok,
  countIf(retCode NOT IN (0, 2)) AS failed,
  countIf(retCode = 2) AS unfinished,
  countIf(isNotNull(initDurationUs) AND retCode = 0) AS okCold,
  countIf(isNotNull(initDurationUs) AND retCode NOT IN (0, 2)) AS failedCold,
  countIf(isNotNull(initDurationUs) AND retCode = 2) AS unfinishedCold,
  ${billed('ok', 'retCode = 0')},
  ${billed('failed', 'retCode NOT IN (0, 2)')},
  sumIf(durationUs, retCode != 2) AS durationSumUs,
  maxIf(durationUs, retCode != 2) AS durationMaxUs,
  maxIf(memUsageBytes, retCode != 2) AS memoryMax,
  maxIf(memoryLimitBytes, retCode != 2) AS memoryLimit,
  maxIf(memUsageBytes / memoryLimitBytes, retCode != 2 AND memoryLimitBytes > 0) AS memoryShare,
  ${differences('toInt64(durationUs)', 'retCode != 2')} AS durationsUs,
  ${differences('toInt64(memUsageBytes)', 'retCode != 2')} AS memoryBytes,
  ${differences(`${START_US} + toInt64(1000 * timeLimitMs)`, 'retCode = 2 AND timeLimitMs != 0')} AS deadlinesUs,
  ${differences(START_US, 'retCode = 2 AND timeLimitMs = 0')} AS openStartsUs
FROM invocations
WHERE ${where}
GROUP BY functionName, qualifier, slice
LIMIT {limit:UInt64}`,
    parameters: { ...parameters, limit: CELLS_MAX },
    settings: { ...ROW_SETTINGS, optimize_use_projections: 0 },
    deadlineMs,
    bounds,
  });
}
