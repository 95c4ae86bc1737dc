// Brings a store to the newest schema: the numbered files in schema/, each once, in order.

import { readdirSync, readFileSync } from 'node:fs';
import type { ClickHouseClient } from '@clickhouse/client';
import { AppError } from '../../domain/errors.ts';
import { insertRows, runCommand, selectRows } from './statement.ts';

const SCHEMA = new URL('./schema/', import.meta.url);
const DEADLINE_MS = 60_000;

const CREATE_MIGRATIONS = `
CREATE TABLE IF NOT EXISTS migrations
(
  version UInt32,
  name String,
  appliedTime DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY version
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

export interface Migration {
  readonly version: number;
  readonly name: string;
  /** One statement that is safe to run again. */
  readonly sql: string;
}

/** @returns the migrations that this fnlog knows, in order */
export function knownMigrations(): Migration[] {
  return readdirSync(SCHEMA)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({
      version: Number.parseInt(file, 10),
      name: file.replace(/^\d+-|\.sql$/g, ''),
      sql: readFileSync(new URL(file, SCHEMA), 'utf8'),
    }));
}

/**
 * Applies what is missing and records it. A kill in between is harmless: the statement runs again.
 *
 * @param place how to call the store in a message: its directory or server
 * @throws AppError data_dir_newer where the store was written by a newer fnlog
 */
export async function migrate(
  writer: ClickHouseClient,
  migrations: readonly Migration[],
  place: string,
): Promise<void> {
  await runCommand(writer, { sql: CREATE_MIGRATIONS });
  const applied = await selectRows<{ version: number }>(writer, {
    sql: 'SELECT version FROM migrations ORDER BY version LIMIT 10000',
    deadlineMs: DEADLINE_MS,
  });
  const newest = migrations.at(-1)?.version ?? 0;
  const newestApplied = applied.at(-1)?.version ?? 0;
  if (newestApplied > newest) {
    throw new AppError(
      'data_dir_newer',
      `${place} was written by a newer fnlog (schema ${newestApplied}, this one knows ${newest}); update fnlog, or choose another --data-dir`,
      { details: { schema: newestApplied, known: newest } },
    );
  }
  const done = new Set(applied.map(({ version }) => version));
  for (const { version, name, sql } of migrations) {
    if (!done.has(version)) {
      await runCommand(writer, { sql });
      await insertRows(writer, {
        sql: 'INSERT INTO migrations (version, name)',
        rows: [JSON.stringify({ version, name })],
        deadlineMs: DEADLINE_MS,
      });
    }
  }
}
