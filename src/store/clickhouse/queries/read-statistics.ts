// Figures over many runs, by group.

import type { ClickHouseClient } from '@clickhouse/client';
import {
  GROUPS_MAX,
  type StatisticsEntry,
  type StatisticsGroup,
  type StatisticsQuery,
} from '../../../domain/statistics.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import { assertFewGroups, entryOf, type StatisticsRow } from '../statistics-row.ts';
import type { CountOptions } from './count-matches.ts';
import {
  type MatchFilter,
  matchConditions,
  OVERDUE,
  overdueParameters,
} from './match-conditions.ts';

const groupColumns: Record<StatisticsGroup, string> = {
  time: `intDiv(toUnixTimestamp64Micro(startTime), {stepUs:UInt64}) * {stepUs:UInt64} AS timeUs`,
  functionName: 'functionName',
  qualifier: 'qualifier',
};
const groupNames = {
  time: 'timeUs',
  functionName: 'functionName',
  qualifier: 'qualifier',
} as const;
/** The order of the answer. */
const groupOrder = ['time', 'functionName', 'qualifier'] as const;

const SUMS = `
  count() AS runs,
  countIf(retCode = 0) AS ok,
  countIf(retCode NOT IN (0, 2)) AS failed,
  countIf(retCode = 2 AND NOT (${OVERDUE})) AS running,
  countIf(retCode = 2 AND ${OVERDUE}) AS lost,
  countIf(isNotNull(initDurationUs)) AS coldStarts,
  toFloat64(sumIf(
    toUInt128(billDurationMs) * if(memoryLimitBytes = 0, memUsageBytes, memoryLimitBytes),
    retCode != 2
  )) AS billedByteMs`;

const PERCENTILES = `
  countIf(retCode != 2) AS ended,
  sumIf(durationUs, retCode != 2) / ended AS meanUs,
  quantilesExactIf(0.5, 0.9, 0.95, 0.99)(durationUs, retCode != 2) AS quantilesUs,
  maxIf(durationUs, retCode != 2) AS maxUs,
  quantileExactIf(0.95)(memUsageBytes, retCode != 2) AS memoryP95,
  maxIf(memUsageBytes, retCode != 2) AS memoryMax,
  maxIf(memoryLimitBytes, retCode != 2) AS memoryLimit,
  maxIf(memUsageBytes / memoryLimitBytes, retCode != 2 AND memoryLimitBytes > 0) AS memoryShare`;

/** @throws AppError page_too_large where there are too many groups */
export async function readStatistics(
  client: ClickHouseClient,
  query: StatisticsQuery & Pick<MatchFilter, 'slowThresholds'>,
  { lostRule, deadlineMs, bounds, mark }: CountOptions,
): Promise<StatisticsEntry[]> {
  const { groupBy, stepSeconds, asOf, percentiles = true, ...filter } = query;
  const { where, parameters } = matchConditions(filter, mark, lostRule);
  const groups = groupOrder.filter((group) => groupBy.includes(group));
  const columns = groups.map((group) => `${groupColumns[group]},`).join(' ');
  const names = groups.map((group) => groupNames[group]).join(', ');
  const grouping = names === '' ? '' : `GROUP BY ${names}\nORDER BY ${names}\n`;
  const rows = await selectRows<StatisticsRow>(client, {
    sql: `SELECT ${columns}${percentiles ? `${SUMS},${PERCENTILES}` : SUMS}
FROM invocations
WHERE ${where}
${grouping}LIMIT {limit:UInt64}`,
    parameters: {
      ...parameters,
      ...overdueParameters(lostRule),
      ...(groups.includes('time') ? { stepUs: stepSeconds * 1_000_000 } : {}),
      limit: GROUPS_MAX + 1,
    },
    settings: { ...ROW_SETTINGS, optimize_use_projections: 0 },
    deadlineMs,
    bounds,
  });
  assertFewGroups(rows.length);
  return rows.filter(({ runs }) => runs > 0 || names === '').map(entryOf);
}
