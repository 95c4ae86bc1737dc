// SQLite in this process, through better-sqlite3: one transaction for each batch, durable by its
// write-ahead log.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerTable, PeerTask } from './peer.ts';
import {
  createIdentityIndex,
  createOrderIndexes,
  createTable,
  givenColumns,
  parseBody,
  quoted,
  type WireRecord,
} from './peer-columns.ts';
import { requirePeer } from './peer-packages.ts';

interface Statement {
  run(...values: unknown[]): unknown;
  get(): Readonly<Record<string, number>>;
  raw(): { all(): readonly (readonly unknown[])[] };
}

interface Database {
  exec(sql: string): unknown;
  pragma(text: string): unknown;
  prepare(sql: string): Statement;
  transaction<T>(work: (value: T) => void): (value: T) => void;
}

type DatabaseConstructor = new (path: string) => Database;

/** As much as the bench gives PostgreSQL, in KiB. */
const CACHE_KIB = 1024 * 1024;
/** Microseconds since 1970: SQLite has no type for a time. */
const TYPES = { text: 'TEXT', time: 'INTEGER', real: 'REAL', whole: 'INTEGER' };

export function openSqliteTable({ packages, directory }: PeerTask): PeerTable<WireRecord[]> {
  const SqliteDatabase = requirePeer<DatabaseConstructor>(packages, 'better-sqlite3');
  const path = join(directory, 'invocations.sqlite');
  const database = new SqliteDatabase(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma(`cache_size = -${CACHE_KIB}`);
  database.exec(createTable(TYPES));
  const names = givenColumns.map(({ name }) => name);
  const statement = database.prepare(
    `INSERT INTO invocations (${quoted(names)}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`,
  );
  const insertAll = database.transaction((records: readonly WireRecord[]) => {
    for (const record of records) {
      statement.run(
        ...names.map((name) =>
          name === 'startTime' ? microsecondsOf(String(record[name])) : record[name],
        ),
      );
    }
  });
  return {
    version: String(Object.values(database.prepare('SELECT sqlite_version() AS version').get())[0]),
    preparesAhead: false,
    createIndexes: async () => {
      for (const sql of [createIdentityIndex(), ...createOrderIndexes()]) {
        database.exec(sql);
      }
    },
    prepare: parseBody,
    insert: async (records) => insertAll(records),
    read: async (sql) => database.prepare(sql).raw().all(),
    size: async () => {
      database.pragma('wal_checkpoint(TRUNCATE)');
      const counted = database.prepare('SELECT count(*) AS records FROM invocations').get();
      return { records: counted['records'] ?? 0, bytes: statSync(path).size };
    },
  };
}

/** @param time as the workload writes it: RFC 3339 with six digits after the second */
function microsecondsOf(time: string): number {
  return Date.parse(`${time.slice(0, 19)}Z`) * 1000 + Number(time.slice(20, 26));
}
