// The matrix asked of other systems, each loaded with the same records.

import type {
  PeerAnswer,
  PeerName,
  PeerOutcome,
  PeerQuestion,
  PeerTask,
  PeerWay,
} from '../peers/peer.ts';
import { preparePackages } from '../peers/peer-packages.ts';
import { startPostgres } from '../peers/postgres-cluster.ts';
import { quantile } from '../quantile.ts';
import { showProgress } from '../report.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { WorkerProcess } from '../worker-process.ts';
import { type AskedCell, questionOf } from './cells.ts';
import { peerQuestion } from './peer-sql.ts';
import type { WorkloadModel } from './workload-model.ts';

export interface PeerQueryOptions {
  /** Where the record file is. */
  readonly records: string;
  readonly model: WorkloadModel;
  readonly cells: readonly AskedCell[];
  readonly runs: number;
  /** Questions are left out after so long. */
  readonly minutes: number;
  readonly dir: string;
}

interface PeerFindings {
  readonly peer: PeerName;
  readonly version: string;
  readonly recordsPerSecond: number;
  readonly bytesPerRecord: number;
  readonly memoryBytes: number | undefined;
  /** By cell, the middle of its runs; ends early where the time was up. */
  readonly p50Ms: readonly number[];
}

export type PeerResult = PeerFindings | { readonly peer: PeerName; readonly missing: string };

type Worker = WorkerProcess<PeerTask | PeerQuestion, PeerOutcome | PeerAnswer>;

/** A question that takes long is not asked again once it has taken so much. */
const CELL_MS_MAX = 5_000;

/** The fastest way in that each has. */
const ways: Readonly<Record<PeerName, PeerWay>> = {
  postgresql: { way: 'COPY', batch: 10_000, connections: 4 },
  duckdb: { way: 'appender', batch: 10_000, connections: 1 },
  sqlite: { way: 'INSERT', batch: 10_000, connections: 1 },
};

export async function askPeer(peer: PeerName, options: PeerQueryOptions): Promise<PeerResult> {
  const prepared = preparePackages(peer);
  if ('missing' in prepared) {
    return { peer, missing: prepared.missing };
  }
  const cluster = peer === 'postgresql' ? startPostgres(options.dir) : undefined;
  if (cluster !== undefined && 'missing' in cluster) {
    return { peer, missing: cluster.missing };
  }
  const directory = temporaryDirectory(options.dir);
  const worker: Worker = new WorkerProcess('peer');
  try {
    showProgress(`${peer}: loading`);
    const loaded = (await worker.ask({
      peer,
      ...ways[peer],
      packages: prepared.found,
      directory: cluster?.found.socketDirectory ?? directory.path,
      records: options.records,
      count: options.model.length,
      seconds: Number.MAX_SAFE_INTEGER,
      streams: true,
    })) as PeerOutcome;
    if (peer === 'postgresql') {
      await worker.ask({ countSql: 'SELECT 1', pageSql: 'VACUUM ANALYZE invocations' });
    }
    const p50Ms: number[] = [];
    const endAt = performance.now() + options.minutes * 60_000;
    for (const [index, cell] of options.cells.entries()) {
      if (performance.now() > endAt) {
        break;
      }
      showProgress(`${peer}: question ${index + 1} of ${options.cells.length}`);
      p50Ms.push(await askCell(worker, peer, cell, options));
    }
    const memoryBytes =
      cluster === undefined ? worker.memory()?.peakBytes : cluster.found.memoryBytes();
    return {
      peer,
      version: loaded.version,
      recordsPerSecond: loaded.records / loaded.seconds,
      bytesPerRecord: loaded.bytes / loaded.records,
      memoryBytes,
      p50Ms,
    };
  } finally {
    await worker.stop();
    directory.remove();
    cluster?.found.stop();
  }
}

async function askCell(
  worker: Worker,
  peer: PeerName,
  cell: AskedCell,
  { model, runs }: PeerQueryOptions,
): Promise<number> {
  const tookMs: number[] = [];
  const endAt = performance.now() + CELL_MS_MAX;
  for (let run = 0; run < runs && performance.now() < endAt; run++) {
    const question = questionOf(cell, run);
    const answer = (await worker.ask(peerQuestion(peer, question, model))) as PeerAnswer;
    const expected = cell.answerTo(run);
    const keyOf = (row: number | undefined) =>
      row === undefined ? 'unknown' : model.keyOf(row, question.orderBy);
    const rows = answer.requestIds.map((requestId) => model.rowOf(requestId));
    if (
      answer.total !== expected.total ||
      rows.map(keyOf).join() !== expected.rows.map(keyOf).join()
    ) {
      throw new Error(`${peer} answers otherwise: ${cell.filter} by ${cell.orderBy} ${cell.order}`);
    }
    tookMs.push(answer.tookMs);
  }
  return quantile(tookMs, 0.5);
}
