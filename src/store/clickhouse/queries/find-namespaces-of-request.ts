// Where a request id has records.

import type { ClickHouseClient } from '@clickhouse/client';
import { sourceOf } from '../projections.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { CountOptions } from './count-matches.ts';
import { VISIBLE } from './match-conditions.ts';

const NAMESPACES_MAX = 1_000;

const namespacesOfRequest = (from: string) => `
SELECT namespace
FROM ${from}
WHERE requestId = {requestId:String}
  AND ${VISIBLE}
GROUP BY namespace
ORDER BY namespace
LIMIT {limit:UInt64}`;

/** @returns the first NAMESPACES_MAX of them, by name */
export async function findNamespacesOfRequest(
  client: ClickHouseClient,
  requestId: string,
  { deadlineMs, bounds, ...moment }: CountOptions,
): Promise<string[]> {
  const { from, settings } = sourceOf('by_request', moment);
  const rows = await selectRows<{ namespace: string }>(client, {
    sql: namespacesOfRequest(from),
    parameters: { requestId, mark: moment.mark, limit: NAMESPACES_MAX },
    settings: { ...ROW_SETTINGS, ...settings },
    deadlineMs,
    bounds,
  });
  return rows.map(({ namespace }) => namespace);
}
