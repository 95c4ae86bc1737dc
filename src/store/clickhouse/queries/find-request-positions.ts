// Where the records of one request id stand.

import type { ClickHouseClient } from '@clickhouse/client';
import type { InvocationQuery } from '../../../domain/invocation-query.ts';
import { sourceOf } from '../projections.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { RowPosition } from './at-positions.ts';
import type { CountOptions } from './count-matches.ts';
import { matchConditions } from './match-conditions.ts';

export interface FindRequestOptions extends CountOptions {
  readonly positionsMax: number;
}

/**
 * @param query with a request id, and else only what the projection has columns for
 * @returns in the order of start and ingest, whatever order is asked for
 */
export async function findRequestPositions(
  client: ClickHouseClient,
  query: InvocationQuery,
  { lostRule, deadlineMs, bounds, positionsMax, ...moment }: FindRequestOptions,
): Promise<RowPosition[]> {
  const { where, parameters } = matchConditions(query, moment.mark, lostRule);
  const { from, settings } = sourceOf('by_request', moment);
  return await selectRows<RowPosition>(client, {
    sql: `SELECT functionName, toUnixTimestamp64Micro(startTime) AS startTimeUs, seq
FROM ${from}
WHERE ${where}
ORDER BY startTime, seq
LIMIT {limit:UInt64}`,
    parameters: { ...parameters, limit: positionsMax },
    settings: { ...ROW_SETTINGS, ...settings },
    deadlineMs,
    bounds,
  });
}
