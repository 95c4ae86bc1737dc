// Writes that the system refused: the only sign of them that the embedded engine gives.

import type { ClickHouseClient } from '@clickhouse/client';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';

const FAILED_WRITES = `
SELECT value
FROM system.events
WHERE event = 'WriteBufferFromFileDescriptorWriteFailed'
LIMIT 1`;

/**
 * @returns how many write() calls of the engine have failed since the process began, merges among
 *   them
 * @throws AppError as mapStoreError says
 */
export async function countFailedWrites(
  client: ClickHouseClient,
  deadlineMs: number,
): Promise<number> {
  const rows = await selectRows<{ value: number }>(client, {
    sql: FAILED_WRITES,
    settings: ROW_SETTINGS,
    deadlineMs,
  });
  return rows[0]?.value ?? 0;
}
