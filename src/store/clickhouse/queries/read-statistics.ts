// Figures over many runs, by group.

import type { ClickHouseClient } from '@clickhouse/client';
import { AppError } from '../../../domain/errors.ts';
import {
  GROUPS_MAX,
  type StatisticsEntry,
  type StatisticsGroup,
  type StatisticsQuery,
} from '../../../domain/statistics.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
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

const GB_MS = 2 ** 30 * 1000;

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

interface PercentilesRow {
  readonly ended: number;
  readonly meanUs: number | null;
  readonly quantilesUs: readonly [number, number, number, number];
  readonly maxUs: number;
  readonly memoryP95: number;
  readonly memoryMax: number;
  readonly memoryLimit: number;
  readonly memoryShare: number;
}

interface StatisticsRow extends Partial<PercentilesRow> {
  readonly functionName?: string;
  readonly qualifier?: string;
  readonly timeUs?: number;
  readonly runs: number;
  readonly ok: number;
  readonly failed: number;
  readonly running: number;
  readonly lost: number;
  readonly coldStarts: number;
  readonly billedByteMs: number;
}

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
  if (rows.length > GROUPS_MAX) {
    throw new AppError(
      'page_too_large',
      `there are more than ${GROUPS_MAX} groups; name a function, a shorter window (since, until) or a longer step`,
      { details: { groupsMax: GROUPS_MAX } },
    );
  }
  return rows.filter(({ runs }) => runs > 0 || names === '').map(entryOf);
}

function entryOf(row: StatisticsRow): StatisticsEntry {
  const { functionName, qualifier, timeUs, runs, ok, failed, running, lost, coldStarts } = row;
  return {
    ...(functionName === undefined ? {} : { functionName }),
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(timeUs === undefined ? {} : { timeUs }),
    ...{ runs, ok, failed, running, lost, coldStarts },
    ...endedFigures(row),
    billedGbSeconds: row.billedByteMs / GB_MS,
  };
}

function endedFigures(row: StatisticsRow): Pick<StatisticsEntry, 'duration' | 'memory'> {
  if (!hasPercentiles(row) || row.ended === 0) {
    return {};
  }
  const [p50Us, p90Us, p95Us, p99Us] = row.quantilesUs;
  return {
    duration: { meanUs: row.meanUs ?? 0, p50Us, p90Us, p95Us, p99Us, maxUs: row.maxUs },
    memory: {
      p95Bytes: row.memoryP95,
      maxBytes: row.memoryMax,
      limitBytes: row.memoryLimit,
      shareMax: row.memoryShare,
    },
  };
}

function hasPercentiles(row: StatisticsRow): row is StatisticsRow & PercentilesRow {
  return row.ended !== undefined;
}
