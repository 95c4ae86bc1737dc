// How many parts of the table have no projections yet, and having them built.

import type { ClickHouseClient } from '@clickhouse/client';
import { ROW_SETTINGS } from '../rows.ts';
import { runCommand, selectRows } from '../statement.ts';

// A merge builds all projections of a part or none, but one that the disk cut short counts as none.
const COUNT = `
SELECT count() AS parts
FROM system.parts
WHERE active AND database = currentDatabase() AND table = 'invocations'
  AND name NOT IN (
    SELECT parent_name FROM system.projection_parts
    WHERE active AND NOT is_broken
      AND database = currentDatabase() AND table = 'invocations'
    GROUP BY parent_name
    HAVING count() = 6
  )
LIMIT 1`;

const BUILD_PROJECTIONS = `ALTER TABLE invocations
  MATERIALIZE PROJECTION by_start,
  MATERIALIZE PROJECTION by_duration,
  MATERIALIZE PROJECTION by_function_duration,
  MATERIALIZE PROJECTION by_memory,
  MATERIALIZE PROJECTION by_function_memory,
  MATERIALIZE PROJECTION by_request`;

export async function countUnsettledParts(
  client: ClickHouseClient,
  deadlineMs: number,
): Promise<number> {
  const [row] = await selectRows<{ parts: number }>(client, {
    sql: COUNT,
    settings: ROW_SETTINGS,
    deadlineMs,
  });
  return row?.parts ?? 0;
}

/**
 * Has the projections of all parts built that are there now: a part between two that have them is
 * never merged by itself.
 *
 * @param wait until it is done; else it goes on in the background
 */
export async function buildProjections(
  client: ClickHouseClient,
  { wait }: { readonly wait: boolean },
): Promise<void> {
  await runCommand(client, {
    sql: `${BUILD_PROJECTIONS}\nSETTINGS mutations_sync = ${wait ? 1 : 0}`,
  });
}
