// What pages are measured against: one plain table in the same store with the same rows and
// columns, sorted by function and start, without projections, asked by one plain statement.

import type { Invocation } from '../src/domain/invocation.ts';
import { InvocationBlock } from '../src/domain/invocation-block.ts';
import type { InvocationQuery, OrderField } from '../src/domain/invocation-query.ts';
import { connectEmbedded } from '../src/store/clickhouse/connect-embedded.ts';
import { encodeRows, nativeColumns } from '../src/store/clickhouse/native-format.ts';
import { storeDefaults } from '../src/store/clickhouse/open-store.ts';
import { ROW_SETTINGS } from '../src/store/clickhouse/rows.ts';
import { runCommand, selectRows } from '../src/store/clickhouse/statement.ts';
import type { StoreConnections } from '../src/store/clickhouse/store-connections.ts';

const DATABASE = 'bench';
const PLAIN = `${DATABASE}.plain`;
const FNLOG = 'default.invocations';
const DEADLINE_MS = 120_000;

// Columns, codecs and defaults are fnlog's, whatever they are; the engine's own settings are left
// as they come, but for the durability of an insert.
const CREATE_TABLE = `
CREATE TABLE ${PLAIN} AS ${FNLOG}
ENGINE = MergeTree
ORDER BY (namespace, functionName, startTime)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

const orderColumns: Record<OrderField, string> = {
  startTime: 'startTime',
  functionName: 'functionName',
  requestId: 'requestId',
  duration: 'durationUs',
  memUsage: 'memUsageBytes',
};

export interface PlainPage {
  readonly total: number;
  readonly requestIds: readonly string[];
}

export interface TableSize {
  readonly records: number;
  readonly bytes: number;
  readonly parts: number;
}

export class PlainTable {
  readonly #connections: StoreConnections;
  #seq = 0;

  /** @param connections further ones to the store that fnlog has open in this process */
  private constructor(connections: StoreConnections) {
    this.#connections = connections;
  }

  /** @param enginePath of a store that is open in this process */
  static async create(enginePath: string): Promise<PlainTable> {
    const table = new PlainTable(
      await connectEmbedded({ ...storeDefaults, path: enginePath, readerCount: 2 }),
    );
    await table.#command(`CREATE DATABASE ${DATABASE}`);
    await table.#command(CREATE_TABLE);
    const projections = await table.#select<{ name: string }>(
      `SELECT name FROM system.projections WHERE database = '${DATABASE}' LIMIT 100`,
    );
    for (const { name } of projections) {
      await table.#command(`ALTER TABLE ${PLAIN} DROP PROJECTION ${name}`);
    }
    return table;
  }

  /** @returns how long the insert alone took, in ms */
  async insert(batch: readonly Invocation[]): Promise<number> {
    const data = encodeRows([{ block: InvocationBlock.of(batch) }], {
      seqFirst: this.#seq + 1,
      ingestTimeMs: Date.now(),
    });
    this.#seq += batch.length;
    const begin = performance.now();
    await this.#connections.insertNative({
      table: PLAIN,
      columns: nativeColumns,
      data,
      deadlineMs: DEADLINE_MS,
    });
    return performance.now() - begin;
  }

  /** The same answer as fnlog's: the rows of the page and, beside it, the exact total. */
  async page(query: InvocationQuery): Promise<PlainPage> {
    const { where, parameters } = conditionsOf(query);
    const count = this.#select<{ total: number }>(
      `SELECT count() AS total FROM ${PLAIN} WHERE ${where} LIMIT 1`,
      parameters,
    );
    if (query.limit === 0) {
      return { total: (await count)[0]?.total ?? 0, requestIds: [] };
    }
    const direction = query.order === 'asc' ? 'ASC' : 'DESC';
    const columns = [...new Set([orderColumns[query.orderBy], 'startTime', 'seq'])];
    const rows = this.#select<{ requestId: string }>(
      `SELECT * FROM ${PLAIN} WHERE ${where}
ORDER BY ${columns.map((column) => `${column} ${direction}`).join(', ')}
LIMIT ${query.limit} OFFSET ${query.offset}`,
      parameters,
    );
    const [counted, found] = await Promise.all([count, rows]);
    return {
      total: counted[0]?.total ?? 0,
      requestIds: found.map(({ requestId }) => requestId),
    };
  }

  /** Sizes on disk, all that belongs to the tables, after merges. */
  async sizes(): Promise<{ readonly fnlog: TableSize; readonly plain: TableSize }> {
    return { fnlog: await this.#sizeOf('default'), plain: await this.#sizeOf(DATABASE) };
  }

  /** How many merges are under way. */
  async merges(): Promise<number> {
    const rows = await this.#select<{ merges: number }>(
      'SELECT count() AS merges FROM system.merges LIMIT 1',
    );
    return rows[0]?.merges ?? 0;
  }

  async engineVersion(): Promise<string> {
    const rows = await this.#select<{ version: string }>('SELECT version() AS version LIMIT 1');
    return rows[0]?.version ?? 'unknown';
  }

  async close(): Promise<void> {
    await this.#connections.close();
  }

  async #sizeOf(database: string): Promise<TableSize> {
    const [size] = await this.#select<TableSize>(
      `SELECT sum(rows) AS records, sum(bytes_on_disk) AS bytes, count() AS parts
FROM system.parts
WHERE active AND database = '${database}' AND table IN ('invocations', 'plain')
LIMIT 1`,
    );
    return size ?? { records: 0, bytes: 0, parts: 0 };
  }

  async #command(sql: string): Promise<void> {
    await runCommand(this.#connections.writer, { sql });
  }

  #select<Row>(sql: string, parameters: Readonly<Record<string, string>> = {}): Promise<Row[]> {
    return this.#connections.readers.use((client) =>
      selectRows<Row>(client, {
        sql,
        parameters,
        settings: ROW_SETTINGS,
        deadlineMs: DEADLINE_MS,
      }),
    );
  }
}

function conditionsOf({ namespace, functionName, requestId, status }: InvocationQuery) {
  const parameters: Record<string, string> = { namespace };
  const conditions = ['namespace = {namespace:String}'];
  if (functionName !== undefined) {
    conditions.push('functionName = {functionName:String}');
    parameters['functionName'] = functionName;
  }
  if (requestId !== undefined) {
    conditions.push('requestId = {requestId:String}');
    parameters['requestId'] = requestId;
  }
  if (status === 'failed') {
    conditions.push('retCode NOT IN (0, 2)');
  }
  return { where: conditions.join(' AND '), parameters };
}
