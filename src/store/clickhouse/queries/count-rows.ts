// How many rows a part of a statement has.

import type { ClickHouseClient } from '@clickhouse/client';
import { type Statement, selectRows } from '../statement.ts';

/**
 * @param from constant SQL: what the rows are selected from
 * @param statement its parameters, settings and deadline
 * @returns the exact number
 */
export async function countRows(
  client: ClickHouseClient,
  from: string,
  statement: Omit<Statement, 'sql'>,
): Promise<number> {
  const rows = await selectRows<{ total: number }>(client, {
    ...statement,
    sql: `SELECT count() AS total\nFROM ${from}\nLIMIT 1`,
  });
  return rows[0]?.total ?? 0;
}
