// The other half of bare-engine.ts: what runs in the process that is for the bare engine alone.

import { createChdbConnection } from 'chdb/connection';
import { loadAzureWorkload } from './azure-workload.ts';
import type { BareEngineOutcome, BareEngineTask } from './bare-engine.ts';
import { LOG_BYTES, nextBody } from './wire-records.ts';

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

/** Makes the bodies, then inserts them one after the other for as long as the task says. */
export async function runBareEngine(task: BareEngineTask): Promise<BareEngineOutcome> {
  const records = loadAzureWorkload().records(Number.MAX_SAFE_INTEGER, LOG_BYTES);
  const connection = createChdbConnection({ path: task.path });
  const { chdb } = connection;
  await chdb.queryAsync(CREATE_TABLE);
  for (let count = 0; count < task.stored.bodies; count++) {
    await insert(chdb, nextBody(records, task.stored.batch));
  }
  const bodies = Array.from({ length: task.bodies }, () => nextBody(records, task.batch));
  const begin = performance.now();
  const endAt = begin + task.seconds * 1000;
  let inserted = 0;
  for (const body of bodies) {
    if (inserted > 0 && performance.now() >= endAt) {
      break;
    }
    await insert(chdb, body);
    inserted += task.batch;
  }
  const seconds = (performance.now() - begin) / 1000;
  await assertStored(chdb, inserted + task.stored.bodies * task.stored.batch);
  const engineVersion = (await chdb.queryAsync('SELECT version()', { format: 'TSV' }))
    .text()
    .trim();
  await connection.close();
  return { engineVersion, records: inserted, seconds };
}

type Engine = ReturnType<typeof createChdbConnection>['chdb'];

/** The engine's fastest way in: the bytes as they are, parsed by the engine. */
async function insert(chdb: Engine, values: Buffer): Promise<void> {
  await chdb.rawInsert({
    table: 'bare',
    values,
    format: 'JSONEachRow',
    settings: { date_time_input_format: 'best_effort' },
  });
}

async function assertStored(chdb: Engine, records: number): Promise<void> {
  const stored = await chdb.queryAsync('SELECT count() FROM bare', { format: 'TSV' });
  if (Number(stored.text()) !== records) {
    throw new Error(`the bare engine holds ${stored.text().trim()} records instead of ${records}`);
  }
}
