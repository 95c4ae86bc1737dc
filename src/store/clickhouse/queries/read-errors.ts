// Failed runs by the shape of what went wrong.

import type { ClickHouseClient } from '@clickhouse/client';
import {
  type ErrorGroup,
  type ErrorOrder,
  type ErrorPage,
  type ErrorQuery,
  TREND_SLICES_MAX,
} from '../../../domain/error-groups.ts';
import type { TrendSlices } from '../figures/group-errors.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { CountOptions } from './count-matches.ts';
import { failedRuns, SHAPE, SHAPE_ID } from './error-shape.ts';
import { matchConditions } from './match-conditions.ts';

const orders: Record<ErrorOrder, string> = {
  count: 'runs',
  lastSeen: 'lastSeenUs',
  firstSeen: 'firstSeenUs',
};

const COLUMNS =
  'functionName, requestId, statusCode, toUnixTimestamp64Micro(startTime) AS startTimeUs, seq';

interface ErrorRow {
  readonly shapeId: string;
  readonly shape: string;
  readonly runs: number;
  readonly functions: number;
  readonly firstSeenUs: number;
  readonly lastSeenUs: number;
  readonly example: readonly [string, string, number, number, string];
  readonly trend: readonly number[];
  readonly total: number;
  readonly allRuns: number;
}

export type ErrorCounts = Pick<ErrorPage, 'total' | 'runs' | 'errors'>;

export async function readErrors(
  client: ClickHouseClient,
  query: ErrorQuery,
  trend: TrendSlices,
  at: CountOptions,
): Promise<ErrorCounts> {
  const { lostRule, deadlineMs, bounds, mark } = at;
  const { orderBy, order, limit, offset, asOf, ...filter } = query;
  const { where, parameters } = matchConditions(filter, mark, lostRule);
  const direction = order === 'asc' ? 'ASC' : 'DESC';
  const rows = await selectRows<ErrorRow>(client, {
    sql: `SELECT
  ${SHAPE_ID} AS shapeId,
  ${SHAPE} AS shape,
  count() AS runs,
  uniqExact(functionName) AS functions,
  min(startTimeUs) AS firstSeenUs,
  max(startTimeUs) AS lastSeenUs,
  argMax(
    (functionName, requestId, startTimeUs, statusCode, message),
    (startTimeUs, seq)
  ) AS example,
  countResample(0, ${TREND_SLICES_MAX + 1}, 1)(
    seq,
    intDiv(startTimeUs, {stepUs:Int64}) - {firstSlice:Int64}
  ) AS trend,
  count() OVER () AS total,
  sum(runs) OVER () AS allRuns
FROM ${failedRuns(COLUMNS, where)}
GROUP BY shape
ORDER BY ${orders[orderBy]} ${direction}, shape ASC
LIMIT {limit:UInt64} OFFSET {offset:UInt64}`,
    // One at least tells how many there are.
    parameters: {
      ...{ ...parameters, limit: Math.max(1, limit), offset },
      ...{ stepUs: trend.stepSeconds * 1_000_000, firstSlice: trend.first },
    },
    settings: { ...ROW_SETTINGS, optimize_use_projections: 0 },
    deadlineMs,
    bounds,
  });
  const [first] = rows;
  if (first === undefined && offset > 0) {
    return await readErrors(client, { ...query, offset: 0, limit: 0 }, trend, at);
  }
  return {
    total: first?.total ?? 0,
    runs: first?.allRuns ?? 0,
    errors: rows.slice(0, limit).map((row) => groupOf(row, trend.length)),
  };
}

function groupOf(
  { shapeId, shape, runs, functions, example, trend, ...row }: ErrorRow,
  slices: number,
): ErrorGroup {
  const [functionName, requestId, startTimeUs, statusCode, message] = example;
  return {
    shapeId,
    shape,
    count: runs,
    functions,
    firstSeenUs: row.firstSeenUs,
    lastSeenUs: row.lastSeenUs,
    example: { functionName, requestId, startTimeUs, statusCode, message },
    trend: trend.slice(0, slices),
  };
}
