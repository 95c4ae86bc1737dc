// The process that puts records into a peer: in DuckDB's and SQLite's case the peer is in it.

import { RecordFile } from '../ingest/record-file.ts';
import { serveTasks } from '../worker-process.ts';
import { openDuckdbTable } from './duckdb-table.ts';
import type { PeerAnswer, PeerOutcome, PeerQuestion, PeerTable, PeerTask } from './peer.ts';
import { openPostgresTable } from './postgres-table.ts';
import { openSqliteTable } from './sqlite-table.ts';

type Read = PeerTable<unknown>['read'];

/** Answers every task with what came of it; questions are about the table of the last task. */
export function runPeer(): void {
  let read: Read | undefined;
  serveTasks<PeerTask | PeerQuestion>(async (task) => {
    if ('pageSql' in task) {
      return await ask(task, read);
    }
    switch (task.peer) {
      case 'postgresql': {
        const table = await openPostgresTable(task);
        read = table.read;
        return await fill(task, table);
      }
      case 'duckdb': {
        const table = await openDuckdbTable(task);
        read = table.read;
        return await fill(task, table);
      }
      case 'sqlite': {
        const table = openSqliteTable(task);
        read = table.read;
        return await fill(task, table);
      }
      default:
        throw new Error(`there is no peer ${task.peer satisfies never}`);
    }
  });
}

async function ask(
  { pageSql, countSql }: PeerQuestion,
  read: Read | undefined,
): Promise<PeerAnswer> {
  if (read === undefined) {
    throw new Error('there is no table yet');
  }
  const begin = performance.now();
  const [[total] = []] = await read(countSql);
  const rows = await read(pageSql);
  const tookMs = performance.now() - begin;
  return { tookMs, total: Number(total), requestIds: rows.map(([first]) => String(first)) };
}

async function fill<Batch>(task: PeerTask, table: PeerTable<Batch>): Promise<PeerOutcome> {
  const file = new RecordFile(task.records);
  const { batch, count, connections, seconds } = task;
  const total = Math.ceil(count / batch);
  const read = async (index: number) => table.prepare(await file.read(index * batch, batch));
  const ready: Batch[] = [];
  for (let index = 0; table.preparesAhead && task.streams !== true && index < total; index++) {
    ready.push(await read(index));
  }
  if (task.streams !== true) {
    await table.createIndexes();
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
  if (task.streams === true) {
    await table.createIndexes();
  }
  const took = (performance.now() - begin) / 1000;
  file.close();
  const { records, bytes } = await table.size();
  if (records !== tookMs.length * batch) {
    throw new Error(`${task.peer} holds ${records} records, not ${tookMs.length * batch}`);
  }
  return { version: table.version, records, seconds: took, tookMs, bytes };
}
