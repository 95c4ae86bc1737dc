// The text index of messages and logs: which parts have none yet, and having it built.

import type { ClickHouseClient } from '@clickhouse/client';
import { ROW_SETTINGS } from '../rows.ts';
import { runCommand, selectRows } from '../statement.ts';

// There is no other skip index with data of its own.
const COUNT = `
SELECT count() AS parts
FROM system.parts
WHERE active AND database = currentDatabase() AND table = 'invocations'
  AND secondary_indices_compressed_bytes = 0
LIMIT 1`;

const BUILD = 'ALTER TABLE invocations MATERIALIZE INDEX words';

export async function countUnindexedParts(
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

/** @param wait until it is done; else it goes on in the background */
export async function indexWords(
  client: ClickHouseClient,
  { wait }: { readonly wait: boolean },
): Promise<void> {
  await runCommand(client, { sql: `${BUILD}\nSETTINGS mutations_sync = ${wait ? 1 : 0}` });
}
