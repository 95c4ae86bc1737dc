// Which namespaces have records, since when and until when, and how many they are.

import type { ClickHouseClient } from '@clickhouse/client';
import type {
  NamespaceOrderField,
  NamespacePage,
  NamespaceQuery,
  SeenNamespace,
} from '../../../domain/namespace-query.ts';
import { type ReadMoment, sourceOf } from '../projections.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { type StatementParameters, selectRows } from '../statement.ts';
import { containsCondition } from './contains-condition.ts';
import type { CountOptions } from './count-matches.ts';
import { countRows } from './count-rows.ts';
import { VISIBLE } from './match-conditions.ts';

const orders: Record<NamespaceOrderField, readonly string[]> = {
  name: ['name'],
  lastStart: ['lastStartUs', 'name'],
};

export async function findNamespaces(
  client: ClickHouseClient,
  query: NamespaceQuery,
  { deadlineMs, bounds, ...moment }: CountOptions,
): Promise<NamespacePage> {
  const { from, parameters, settings } = seenNamespaces(query, moment);
  const statement = { parameters, settings: { ...ROW_SETTINGS, ...settings }, deadlineMs, bounds };
  const direction = query.order === 'asc' ? 'ASC' : 'DESC';
  const order = orders[query.orderBy].map((column) => `${column} ${direction}`).join(', ');
  const rows =
    query.limit === 0
      ? []
      : await selectRows<SeenNamespace & { total: number }>(client, {
          ...statement,
          sql: `SELECT name, firstStartUs, lastStartUs, count() OVER () AS total
FROM ${from}
ORDER BY ${order}
LIMIT {limit:UInt64} OFFSET {offset:UInt64}`,
          parameters: { ...parameters, limit: query.limit, offset: query.offset },
        });
  // A page beyond the last namespace has no row that could tell.
  const total = rows[0]?.total ?? (await countRows(client, from, statement));
  return { total, namespaces: rows.map(({ total: _total, ...row }) => row) };
}

function seenNamespaces({ among, search }: NamespaceQuery, moment: ReadMoment) {
  const source = sourceOf('by_start', moment);
  const conditions = [VISIBLE];
  const parameters: Record<string, StatementParameters[string]> = { mark: moment.mark };
  if (among !== '*') {
    conditions.push('namespace IN {among:Array(String)}');
    parameters['among'] = among;
  }
  if (search !== undefined) {
    conditions.push(containsCondition('namespace', 'search'));
    parameters['search'] = search;
  }
  const from = `(
  SELECT namespace AS name, toUnixTimestamp64Micro(min(startTime)) AS firstStartUs,
    toUnixTimestamp64Micro(max(startTime)) AS lastStartUs
  FROM ${source.from}
  WHERE ${conditions.join('\n  AND ')}
  GROUP BY namespace
)`;
  return { from, parameters, settings: source.settings };
}
