// The process that puts records into a peer: in DuckDB's and SQLite's case the peer is in it.

import { RecordFile } from '../ingest/record-file.ts';
import { serveTasks } from '../worker-process.ts';
import { openDuckdbTable } from './duckdb-table.ts';
import type { PeerOutcome, PeerTable, PeerTask } from './peer.ts';
import { openPostgresTable } from './postgres-table.ts';
import { openSqliteTable } from './sqlite-table.ts';

/** Answers every task with what came of it. */
export function runPeer(): void {
  serveTasks<PeerTask>(async (task) => {
    switch (task.peer) {
      case 'postgresql':
        return await fill(task, await openPostgresTable(task));
      case 'duckdb':
        return await fill(task, await openDuckdbTable(task));
      case 'sqlite':
        return await fill(task, openSqliteTable(task));
      default:
        throw new Error(`there is no peer ${task.peer satisfies never}`);
    }
  });
}

async function fill<Batch>(task: PeerTask, table: PeerTable<Batch>): Promise<PeerOutcome> {
  const file = new RecordFile(task.records);
  const { batch, count, connections, seconds } = task;
  const total = Math.ceil(count / batch);
  const read = async (index: number) => table.prepare(await file.read(index * batch, batch));
  const ready: Batch[] = [];
  for (let index = 0; table.preparesAhead && index < total; index++) {
    ready.push(await read(index));
  }
  const tookMs: number[] = [];
  let next = 0;
  const begin = performance.now();
  const endAt = begin + seconds * 1000;
  const insertUntilEnd = async (connection: number) => {
    while (next < total && performance.now() < endAt) {
      const index = next++;
      const sentAt = performance.now();
      await table.insert(ready[index] ?? (await read(index)), connection);
      tookMs.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => insertUntilEnd(index)));
  const took = (performance.now() - begin) / 1000;
  file.close();
  const { records, bytes } = await table.size();
  if (records !== tookMs.length * batch) {
    throw new Error(`${task.peer} holds ${records} records, not ${tookMs.length * batch}`);
  }
  return { version: table.version, records, seconds: took, tookMs, bytes };
}
