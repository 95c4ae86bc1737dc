// Where a request id has records.

import type { ClickHouseClient } from '@clickhouse/client';
import { projection } from '../page-source.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { CountOptions } from './count-matches.ts';
import { VISIBLE } from './match-conditions.ts';

const NAMESPACES_MAX = 1_000;

const NAMESPACES_OF_REQUEST = `
SELECT namespace
FROM ${projection('by_request')}
WHERE requestId = {requestId:String}
  AND ${VISIBLE}
GROUP BY namespace
ORDER BY namespace
LIMIT {limit:UInt64}`;

/** @returns the first NAMESPACES_MAX of them, by name */
export async function findNamespacesOfRequest(
  client: ClickHouseClient,
  requestId: string,
  { mark, deadlineMs }: CountOptions,
): Promise<string[]> {
  const rows = await selectRows<{ namespace: string }>(client, {
    sql: NAMESPACES_OF_REQUEST,
    parameters: { requestId, mark, limit: NAMESPACES_MAX },
    settings: ROW_SETTINGS,
    deadlineMs,
  });
  return rows.map(({ namespace }) => namespace);
}
