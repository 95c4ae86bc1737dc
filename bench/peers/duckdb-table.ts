// DuckDB in this process, through its npm package: the appender, or one INSERT for each batch. Its
// files and their durability are left as they come.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerTable, PeerTask } from './peer.ts';
import {
  type ColumnType,
  createIdentityIndex,
  createTable,
  givenColumns,
  jsonArrayOf,
  parseBody,
  peerColumns,
  quoted,
  type WireRecord,
} from './peer-columns.ts';
import { requirePeer } from './peer-packages.ts';

interface Appender {
  appendDefault(): void;
  appendVarchar(value: string): void;
  appendDouble(value: number): void;
  appendBigInt(value: bigint): void;
  appendTimestamp(value: unknown): void;
  endRow(): void;
  flushSync(): void;
}

interface Connection {
  run(sql: string, values?: readonly unknown[]): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getRowsJson(): readonly (readonly unknown[])[] }>;
  createAppender(table: string): Promise<Appender>;
}

interface Instance {
  connect(): Promise<Connection>;
}

interface Duckdb {
  readonly DuckDBInstance: { create(path: string): Promise<Instance> };
  readonly DuckDBTimestampValue: new (microseconds: bigint) => unknown;
}

const TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'VARCHAR',
  time: 'TIMESTAMP',
  real: 'DOUBLE',
  whole: 'BIGINT',
};
// Orders are read from columns with the smallest and largest of each row group; an index would
// not be used for them.
const BY_REQUEST_ID = 'CREATE INDEX by_requestId ON invocations ("requestId")';

export async function openDuckdbTable(task: PeerTask): Promise<PeerTable<unknown>> {
  const duckdb = requirePeer<Duckdb>(task.packages, '@duckdb/node-api');
  const path = join(task.directory, 'invocations.duckdb');
  const instance = await duckdb.DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run(createTable(TYPES));
  const read = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson()[0]?.[0];
  return {
    version: String(await read('SELECT version()')),
    preparesAhead: false,
    createIndexes: async () => {
      await connection.run(createIdentityIndex());
      await connection.run(BY_REQUEST_ID);
    },
    ...(task.way === 'appender' ? await byAppender(duckdb, connection) : byInsert(connection)),
    read: async (sql) => (await connection.runAndReadAll(sql)).getRowsJson(),
    size: async () => {
      const records = Number(await read('SELECT count(*) FROM invocations'));
      await connection.run('CHECKPOINT');
      return { records, bytes: statSync(path).size };
    },
  };
}

type WayIn = Pick<PeerTable<unknown>, 'prepare' | 'insert'>;

/** DuckDB parses the batch itself. */
function byInsert(connection: Connection): WayIn {
  const names = givenColumns.map(({ name }) => name);
  const shape = Object.fromEntries(givenColumns.map(({ name, type }) => [name, TYPES[type]]));
  const sql = `
INSERT INTO invocations (${quoted(names)})
SELECT ${names.map((name) => `record."${name}"`).join(', ')}
FROM (SELECT unnest(from_json($1, '[${JSON.stringify(shape)}]')) AS record)
ON CONFLICT DO NOTHING`;
  return {
    prepare: jsonArrayOf,
    insert: async (text) => {
      await connection.run(sql, [text]);
    },
  };
}

async function byAppender(duckdb: Duckdb, connection: Connection): Promise<WayIn> {
  const appender = await connection.createAppender('invocations');
  const append: Readonly<Record<ColumnType, (value: string | number) => void>> = {
    text: (value) => appender.appendVarchar(String(value)),
    real: (value) => appender.appendDouble(Number(value)),
    whole: (value) => appender.appendBigInt(BigInt(value)),
    time: (value) =>
      appender.appendTimestamp(new duckdb.DuckDBTimestampValue(microsecondsOf(String(value)))),
  };
  return {
    prepare: parseBody,
    insert: async (records) => {
      for (const record of records as readonly WireRecord[]) {
        for (const { name, type } of peerColumns) {
          const value = record[name];
          if (value === undefined) {
            appender.appendDefault();
          } else {
            append[type](value);
          }
        }
        appender.endRow();
      }
      appender.flushSync();
    },
  };
}

/** @param time as the workload writes it: RFC 3339 with six digits after the second */
function microsecondsOf(time: string): bigint {
  return BigInt(Date.parse(`${time.slice(0, 19)}Z`)) * 1000n + BigInt(time.slice(20, 26));
}
