// What a start, or a write after a failed one, has to make whole.

import type { ClickHouseClient } from '@clickhouse/client';
import { ROW_SETTINGS } from '../rows.ts';
import { runCommand, selectRows } from '../statement.ts';

// A replacing record is written first and the record that goes out of sight is noted second;
// a kill between the two leaves this to be done. The column is nearly all zeros.
const COMPLETE_SUPERSEDED = `
INSERT INTO superseded (seq, replacedBy)
SELECT replaces, seq
FROM invocations
WHERE replaces != 0 AND seq NOT IN (SELECT replacedBy FROM superseded)`;

const SEQ_LAST_STORED = 'SELECT max(seq) AS seq FROM invocations LIMIT 1';

/** Notes every replacement that is stored and not noted yet. Safe to run again. */
export async function completeSuperseded(
  writer: ClickHouseClient,
  deadlineMs: number,
): Promise<void> {
  // INSERT … SELECT takes its settings inside the SELECT.
  await runCommand(writer, { sql: COMPLETE_SUPERSEDED, deadlineMs });
}

/** @returns the highest ingest sequence in the store, 0 for an empty one */
export async function seqLastStored(writer: ClickHouseClient, deadlineMs: number): Promise<number> {
  const rows = await selectRows<{ seq: number }>(writer, {
    sql: SEQ_LAST_STORED,
    settings: ROW_SETTINGS,
    deadlineMs,
  });
  return rows[0]?.seq ?? 0;
}
