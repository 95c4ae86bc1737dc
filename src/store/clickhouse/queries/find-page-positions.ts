// Where the rows of one page stand, in the order of the page.

import type { ClickHouseClient } from '@clickhouse/client';
import type { InvocationQuery } from '../../../domain/invocation-query.ts';
import { pageSourceOf } from '../page-source.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { RowPosition } from './at-positions.ts';
import type { CountOptions } from './count-matches.ts';
import { matchConditions } from './match-conditions.ts';

export async function findPagePositions(
  client: ClickHouseClient,
  query: InvocationQuery,
  { mark, deadlineMs }: CountOptions,
): Promise<RowPosition[]> {
  const { where, parameters } = matchConditions(query, mark);
  const source = pageSourceOf(query);
  const direction = query.order === 'asc' ? 'ASC' : 'DESC';
  const order = source.orderBy.map((column) => `${column} ${direction}`).join(', ');
  return await selectRows<RowPosition>(client, {
    sql: `SELECT functionName, toUnixTimestamp64Micro(startTime) AS startTimeUs, seq
FROM ${source.from}
WHERE ${where}
ORDER BY ${order}
LIMIT {limit:UInt64} OFFSET {offset:UInt64}`,
    parameters: { ...parameters, limit: query.limit, offset: query.offset },
    settings: { ...ROW_SETTINGS, optimize_use_projections: 0 },
    deadlineMs,
  });
}
