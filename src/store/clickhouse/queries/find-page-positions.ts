// Where the rows of one page stand, in the order of the page.

import type { ClickHouseClient } from '@clickhouse/client';
import { orderedSourceOf, type PageSource } from '../page-source.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { RowPosition } from './at-positions.ts';
import type { CountOptions } from './count-matches.ts';
import { matchConditions, type StoreQuery } from './match-conditions.ts';
import { seekCondition } from './seek-condition.ts';

export interface FindPageOptions extends CountOptions {
  readonly source: PageSource;
  /** In place of the limit of the query. */
  readonly positionsMax: number;
}

export async function findPagePositions(
  client: ClickHouseClient,
  query: StoreQuery,
  { lostRule, deadlineMs, bounds, source, positionsMax, ...moment }: FindPageOptions,
): Promise<RowPosition[]> {
  const { where, parameters } = matchConditions(query, moment.mark, lostRule);
  const seek = seekCondition(query);
  const { from, settings, orderBy } = orderedSourceOf(source, query, moment);
  const direction = query.order === 'asc' ? 'ASC' : 'DESC';
  const order = orderBy.map((column) => `${column} ${direction}`).join(', ');
  return await selectRows<RowPosition>(client, {
    sql: `SELECT functionName, toUnixTimestamp64Micro(startTime) AS startTimeUs, seq
FROM ${from}
WHERE ${where}${seek === undefined ? '' : `\n  AND ${seek.where}`}
ORDER BY ${order}
LIMIT {limit:UInt64} OFFSET {offset:UInt64}`,
    parameters: { ...parameters, ...seek?.parameters, limit: positionsMax, offset: query.offset },
    settings: { ...ROW_SETTINGS, ...settings },
    deadlineMs,
    bounds,
  });
}
