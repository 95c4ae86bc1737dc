// The bare engine, in its process.

import { createChdbConnection } from 'chdb/connection';
import { serveTasks } from '../worker-process.ts';
import type { BareEngineTask, InsertOutcome } from './bare-engine.ts';
import { RecordFile } from './record-file.ts';
import { type Engine, sizeOf } from './store-size.ts';

const CREATE_TABLE = `
CREATE TABLE bare
(
  namespace LowCardinality(String) DEFAULT 'default',
  functionName LowCardinality(String),
  qualifier LowCardinality(String) DEFAULT '$LATEST',
  requestId String,
  retryNum UInt32,
  startTime DateTime64(6, 'UTC'),
  duration Float64,
  billDuration UInt64,
  memUsage UInt64,
  memoryLimit UInt64,
  initDuration Nullable(Float64),
  retCode Int32,
  statusCode Int32,
  invokeFinished UInt8 DEFAULT 1,
  retMsg String,
  log String,
  logCutBytes UInt64,
  traceId String,
  source LowCardinality(String),
  extra String
)
ENGINE = MergeTree
ORDER BY (namespace, functionName, startTime)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

interface OpenTable {
  readonly engine: Engine;
  readonly file: RecordFile;
  inserted: number;
}

/** Answers every task with what came of it; the first one opens the table. */
export function runBareEngine(): void {
  let table: OpenTable | undefined;
  serveTasks<BareEngineTask>(async (task) => {
    if (task.kind === 'open') {
      table = await open(task.path, task.records);
      return undefined;
    }
    if (table === undefined) {
      throw new Error('no table is open');
    }
    return task.kind === 'insert'
      ? await insertBodies(table, task)
      : await sizeOf(table.engine, task.settleSeconds);
  });
}

async function open(path: string, records: string): Promise<OpenTable> {
  const { chdb: engine } = createChdbConnection({ path });
  await engine.queryAsync(CREATE_TABLE);
  return { engine, file: new RecordFile(records), inserted: 0 };
}

type InsertTask = Extract<BareEngineTask, { kind: 'insert' }>;

async function insertBodies(table: OpenTable, task: InsertTask): Promise<InsertOutcome> {
  const { first, batch, bodies, seconds, inMemory } = task;
  const read = (index: number) => table.file.read(first + index * batch, batch);
  const ready: Buffer[] = [];
  for (let index = 0; inMemory && index < bodies; index++) {
    ready.push(await read(index));
  }
  const next = async (index: number) =>
    index < bodies ? (ready[index] ?? (await read(index))) : undefined;
  const tookMs: number[] = [];
  let body = await next(0);
  const begin = performance.now();
  const endAt = begin + seconds * 1000;
  let now = begin;
  while (body !== undefined && (tookMs.length === 0 || now < endAt)) {
    const ahead = next(tookMs.length + 1);
    const sentAt = now;
    await insert(table.engine, body);
    now = performance.now();
    tookMs.push(now - sentAt);
    body = await ahead;
  }
  const records = tookMs.length * batch;
  table.inserted += records;
  await assertStored(table);
  return { records, seconds: (now - begin) / 1000, tookMs };
}

/** The engine's fastest way in: the bytes as they are, parsed by the engine. */
async function insert(engine: Engine, values: Buffer): Promise<void> {
  await engine.rawInsert({
    table: 'bare',
    values,
    format: 'JSONEachRow',
    settings: { date_time_input_format: 'best_effort' },
  });
}

async function assertStored({ engine, inserted }: OpenTable): Promise<void> {
  const stored = await engine.queryAsync('SELECT count() FROM bare', { format: 'TSV' });
  if (Number(stored.text()) !== inserted) {
    throw new Error(`the bare engine holds ${stored.text().trim()} records, not ${inserted}`);
  }
}
