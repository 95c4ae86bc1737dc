// PostgreSQL over its socket, through the npm packages pg and pg-copy-streams: COPY, or one INSERT
// for each batch that passes over what is known.

import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { PeerTable, PeerTask } from './peer.ts';
import {
  type ColumnType,
  createIdentityIndex,
  createOrderIndexes,
  createTable,
  givenColumns,
  jsonArrayOf,
  parseBody,
  quoted,
} from './peer-columns.ts';
import { requirePeer } from './peer-packages.ts';
import { POSTGRES_DATABASE, POSTGRES_USER } from './postgres-cluster.ts';

interface Rows {
  readonly rows: readonly Readonly<Record<string, string>>[];
}

interface Client {
  connect(): Promise<void>;
  query(sql: string, values?: readonly unknown[]): Promise<Rows>;
  query<T extends Writable>(stream: T): T;
}

interface Pg {
  readonly Client: new (options: { host: string; user: string; database: string }) => Client;
}

interface CopyStreams {
  from(sql: string): Writable;
}

const TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  time: 'timestamptz',
  real: 'double precision',
  whole: 'bigint',
};

/** Replaces the table that an earlier task has left. */
export async function openPostgresTable(task: PeerTask): Promise<PeerTable<unknown>> {
  const { Client } = requirePeer<Pg>(task.packages, 'pg');
  const options = { host: task.directory, user: POSTGRES_USER, database: POSTGRES_DATABASE };
  const clients = Array.from({ length: task.connections }, () => new Client(options));
  await Promise.all(clients.map((client) => client.connect()));
  const [first] = clients;
  if (first === undefined) {
    throw new RangeError('PostgreSQL takes at least one connection');
  }
  await first.query('DROP TABLE IF EXISTS invocations');
  await first.query(createTable(TYPES));
  const read = async (sql: string) => Object.values((await first.query(sql)).rows[0] ?? {})[0];
  return {
    version: String(await read('SHOW server_version')).split(' ')[0] ?? '',
    createIndexes: async () => {
      for (const sql of [createIdentityIndex(), ...createOrderIndexes(), 'CHECKPOINT']) {
        await first.query(sql);
      }
    },
    ...(task.way === 'COPY' ? byCopy(task.packages, clients) : byInsert(clients)),
    read: async (sql) => (await first.query(sql)).rows.map((row) => Object.values(row)),
    size: async () => ({
      records: Number(await read('SELECT count(*) FROM invocations')),
      bytes: Number(await read("SELECT pg_total_relation_size('invocations')")),
    }),
  };
}

type WayIn = Pick<PeerTable<unknown>, 'preparesAhead' | 'prepare' | 'insert'>;

const names = givenColumns.map(({ name }) => name);

/** PostgreSQL parses the batch itself. */
function byInsert(clients: readonly Client[]): WayIn {
  const columns = givenColumns.map(({ name, type }) => `"${name}" ${TYPES[type]}`).join(', ');
  const sql = `
INSERT INTO invocations (${quoted(names)})
SELECT ${quoted(names)} FROM json_to_recordset($1::json) AS record(${columns})
ON CONFLICT DO NOTHING`;
  return {
    preparesAhead: false,
    prepare: jsonArrayOf,
    insert: async (text, connection) => {
      await clients[connection]?.query(sql, [text]);
    },
  };
}

/** The text for COPY is made before the clock starts: PostgreSQL's part alone is measured. */
function byCopy(packages: string, clients: readonly Client[]): WayIn {
  const { from } = requirePeer<CopyStreams>(packages, 'pg-copy-streams');
  return {
    preparesAhead: true,
    prepare: copyTextOf,
    insert: async (text, connection) => {
      const stream = clients[connection]?.query(
        from(`COPY invocations (${quoted(names)}) FROM STDIN`),
      );
      if (stream !== undefined) {
        stream.end(text);
        await once(stream, 'finish');
      }
    },
  };
}

function copyTextOf(body: Buffer): Buffer {
  const lines = parseBody(body).map((record) =>
    names.map((name) => escaped(String(record[name]))).join('\t'),
  );
  return Buffer.from(`${lines.join('\n')}\n`);
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escaped(text: string): string {
  return text.replaceAll(/[\\\n\r\t]/g, (character) => escapes[character] ?? character);
}
