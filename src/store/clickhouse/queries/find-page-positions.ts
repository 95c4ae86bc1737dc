// Where the rows of one page stand, in the order of the page.

import type { ClickHouseClient } from '@clickhouse/client';
import { type PageSource, wholeRecordsOf } from '../page-source.ts';
import { type ReadMoment, sourceOf } from '../projections.ts';
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
  const { projection, orderBy } = source;
  const isStartHidden = hidesStart(source, moment);
  const { where, parameters } = matchConditions(query, moment.mark, lostRule, isStartHidden);
  const seek = seekCondition(query);
  const { from, settings } =
    projection === undefined ? wholeRecordsOf(query) : sourceOf(projection, moment);
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

/**
 * Whether the start is of no use in the key that is read along. Where the engine still chooses between
 * a projection and the table, it is told all that it may know.
 */
function hidesStart({ projection }: PageSource, { mark, settledTo }: ReadMoment): boolean {
  return projection !== undefined && projection !== 'by_start' && mark <= settledTo;
}
