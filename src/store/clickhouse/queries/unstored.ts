// Counts of records that were sent and are not stored.

import type { ClickHouseClient } from '@clickhouse/client';
import { ROW_SETTINGS } from '../rows.ts';
import { insertRows, selectRows } from '../statement.ts';

export interface UnstoredRow {
  readonly namespace: string;
  readonly functionName: string;
  readonly hour: number;
  readonly duplicates: number;
  readonly rejected: number;
}

const INSERT = 'INSERT INTO unstored (namespace, functionName, hour, duplicates, rejected)';

const READ = `
SELECT namespace, functionName, hour, sum(duplicates) AS duplicates, sum(rejected) AS rejected
FROM unstored
GROUP BY namespace, functionName, hour
ORDER BY hour DESC
LIMIT {limit:UInt64}`;

/** @returns the newest hours */
export function readUnstored(
  client: ClickHouseClient,
  { limit, deadlineMs }: { readonly limit: number; readonly deadlineMs: number },
): Promise<UnstoredRow[]> {
  return selectRows<UnstoredRow>(client, {
    sql: READ,
    parameters: { limit },
    settings: ROW_SETTINGS,
    deadlineMs,
  });
}

/** Adds to what is there. */
export async function addUnstored(
  writer: ClickHouseClient,
  rows: readonly UnstoredRow[],
  deadlineMs: number,
): Promise<void> {
  await insertRows(writer, {
    sql: INSERT,
    rows: rows.map((row) => JSON.stringify(row)),
    deadlineMs,
  });
}
