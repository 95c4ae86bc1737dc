// What a store takes on disk once its merges have settled, as the engine itself counts it.

import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createChdbConnection } from 'chdb/connection';
import { openStore, storeDefaults } from '../../src/store/clickhouse/open-store.ts';
import { serveTasks, WorkerProcess } from '../worker-process.ts';

export type Engine = ReturnType<typeof createChdbConnection>['chdb'];

export interface StoreSize {
  readonly engineVersion: string;
  /** Of all parts that count, with their projections and indexes. */
  readonly bytes: number;
  readonly parts: number;
  /** Whether merges ended within the time given for it. */
  readonly settled: boolean;
  /** How long what was left to do after the load took. */
  readonly settleSeconds: number;
}

export interface StoreSizeTask {
  readonly dataDir: string;
  /** The longest wait for merges. */
  readonly settleSeconds: number;
}

const SETTLE_POLL_MS = 500;
/** No merge for so many polls: they have settled. */
const SETTLED_POLLS = 6;

/** @param task a data directory that no server has open */
export async function measureStoreSize(task: StoreSizeTask): Promise<StoreSize> {
  const worker = new WorkerProcess<StoreSizeTask, StoreSize>('store-size');
  const size = await worker.ask(task);
  await worker.stop();
  return size;
}

/** The other half of measureStoreSize: a process can have one data directory. */
export function runStoreSize(): void {
  serveTasks<StoreSizeTask>(async ({ dataDir, settleSeconds }) => {
    const store = await openStore({ ...storeDefaults, dataDir, clickhouseUrl: undefined });
    const connection = createChdbConnection({ path: join(dataDir, 'store') });
    // What an insert leaves to later belongs to a record as much as the rest.
    const size = await sizeOf(connection.chdb, settleSeconds, () => store.admin.settle());
    await connection.close();
    await store.admin.close();
    return size;
  });
}

/**
 * Waits for merges, then counts.
 *
 * @param build does what the system itself has left to later
 */
export async function sizeOf(
  engine: Engine,
  settleSecondsMax: number,
  build: () => Promise<void> = async () => {},
): Promise<StoreSize> {
  const begin = performance.now();
  await build();
  const { settled, at } = await settleMerges(engine, settleSecondsMax);
  const [row] = await select<{ bytes: string; parts: string; version: string }>(
    engine,
    `SELECT sum(bytes_on_disk) AS bytes, count() AS parts, version() AS version
FROM system.parts
WHERE active AND database != 'system'
LIMIT 1`,
  );
  return {
    engineVersion: row?.version ?? 'unknown',
    bytes: Number(row?.bytes),
    parts: Number(row?.parts),
    settled,
    settleSeconds: (at - begin) / 1000,
  };
}

/** @returns also when the last merge had ended */
async function settleMerges(engine: Engine, seconds: number) {
  let at = performance.now();
  const endAt = at + seconds * 1000;
  let quiet = 0;
  while (quiet < SETTLED_POLLS && performance.now() < endAt) {
    const [row] = await select<{ merges: string }>(
      engine,
      'SELECT count() AS merges FROM system.merges LIMIT 1',
    );
    if (Number(row?.merges) === 0) {
      quiet += 1;
    } else {
      quiet = 0;
      at = performance.now();
    }
    await setTimeout(SETTLE_POLL_MS);
  }
  return { settled: quiet >= SETTLED_POLLS, at };
}

async function select<Row>(engine: Engine, sql: string): Promise<Row[]> {
  const answer = await engine.queryAsync(sql, { format: 'JSONEachRow' });
  const lines = answer.text().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row);
}
