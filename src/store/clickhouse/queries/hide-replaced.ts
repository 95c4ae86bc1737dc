// Which records are out of sight, in a form that a statement can ask at once: `hidden` holds the
// sequences of all replaced records, those replaced after a read's mark among them. The table
// `superseded` says which of them a read at an older mark still sees.
//
// In the embedded engine it is a set in memory, some thirty bytes a record: made from the table for
// every statement, as a server does it, it took 40 ms for a million of them.

import type { ClickHouseClient } from '@clickhouse/client';
import { runCommand } from '../statement.ts';

const CREATE_SET = `
CREATE TABLE IF NOT EXISTS hidden (seq UInt64)
ENGINE = Set
SETTINGS persistent = 0`;

const CREATE_VIEW = 'CREATE VIEW IF NOT EXISTS hidden AS SELECT seq FROM superseded';

const HIDE = `
INSERT INTO hidden (seq)
SELECT seq FROM superseded WHERE replacedBy > {mark:UInt64}`;

export interface HideOptions {
  /** Only what was replaced by records above this sequence; 0: everything. */
  readonly mark: number;
  readonly deadlineMs: number;
}

/** Makes the set, empty or as it is. It forgets all that it holds when the engine is closed. */
export async function createHiddenSet(writer: ClickHouseClient): Promise<void> {
  await runCommand(writer, { sql: CREATE_SET });
}

/** Makes what stands for the set where several may have to agree on it. */
export async function createHiddenView(writer: ClickHouseClient): Promise<void> {
  await runCommand(writer, { sql: CREATE_VIEW });
}

/** Takes over what `superseded` says. Safe to run again. */
export async function hideReplaced(
  writer: ClickHouseClient,
  { mark, deadlineMs }: HideOptions,
): Promise<void> {
  // INSERT … SELECT takes its settings inside the SELECT.
  await runCommand(writer, { sql: HIDE, parameters: { mark }, deadlineMs });
}
