// How long pages with exact totals take over HTTP, for every filter, order and direction, quiet and
// while records arrive, beside other systems with the same records. Every answer is checked, but for
// those while records arrive: they are about more than the model knows.

import { startSenders } from '../ingest/senders.ts';
import { measureStoreSize } from '../ingest/store-size.ts';
import { describeLoad } from '../machine.ts';
import { quantile } from '../quantile.ts';
import { type Report, showProgress } from '../report.ts';
import { buildServerProgram, type ServerProcess, startServerProcess } from '../server-process.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { ServerQuestions } from './ask-server.ts';
import { type AskedCell, cellsOf, questionOf, withAnswers } from './cells.ts';
import {
  ARRIVAL_SECONDS_MAX,
  ARRIVALS_A_SECOND,
  type QueryBenchOptions,
  type ServerFindings,
} from './findings.ts';
import { type Loaded, loadServer } from './load-server.ts';
import { askPeer, type PeerResult } from './query-peers.ts';
import { queryReport } from './query-report.ts';
import { WorkloadModel } from './workload-model.ts';

const WARM_UP_MS = 20_000;

/** Gives what there is after fnlog and after each other system. */
export async function* runQueryBench(options: QueryBenchOptions): AsyncGenerator<Report> {
  buildServerProgram();
  const drawn = temporaryDirectory(options.dir);
  const data = temporaryDirectory(options.dir);
  const loadBefore = describeLoad();
  const model = new WorkloadModel(options.records);
  const loaded = await loadServer(data.path, { drawn: drawn.path, model, options });
  showProgress('computing the right answers');
  const { runs: ownRuns, peerRuns: runs, peerMinutes: minutes, dir } = options;
  const cells = withAnswers(model, cellsOf(model), Math.max(ownRuns, runs));
  const fnlog = await measureServer(data.path, { loaded, model, cells, options });
  data.remove();
  const peers: PeerResult[] = [];
  yield queryReport({ options, model, cells, fnlog, peers, loadBefore });
  for (const peer of options.peers) {
    const { records } = loaded.arriving;
    peers.push(await askPeer(peer, { records, model, cells, runs, minutes, dir }));
    yield queryReport({ options, model, cells, fnlog, peers, loadBefore });
  }
  drawn.remove();
}

interface Measured {
  readonly loaded: Loaded;
  readonly model: WorkloadModel;
  readonly cells: readonly AskedCell[];
  readonly options: QueryBenchOptions;
}

async function measureServer(
  dataDir: string,
  { loaded, model, cells, options }: Measured,
): Promise<ServerFindings> {
  showProgress('settling');
  const size = await measureStoreSize({ dataDir, settleSeconds: options.settleSeconds });
  const server = await startServerProcess(dataDir);
  const questions = new ServerQuestions(server, model);
  await untilTotalsAreKnown(questions);
  await server.reset();
  const quiet = await measureCells(questions, model, cells, options.runs, true);
  const floorMs = await measureFloor(questions);
  const quietPeakBytes = (await server.figures()).peakBytes;
  await server.reset();
  const busy =
    options.ingestRate === 0
      ? []
      : await whileRecordsArrive(server, { ...loaded.arriving, options }, () =>
          measureCells(questions, model, cells, options.runs, false),
        );
  const busyPeakBytes = (await server.figures()).peakBytes;
  questions.close();
  await server.stop();
  return {
    times: cells.map((_, index) => ({ quietMs: quiet[index] ?? [], busyMs: busy[index] ?? [] })),
    floorMs,
    recordsPerSecond: loaded.recordsPerSecond,
    size,
    quietPeakBytes,
    busyPeakBytes,
  };
}

/** The server loads them in the background; until then it counts by reading. */
async function untilTotalsAreKnown(questions: ServerQuestions): Promise<void> {
  const endAt = performance.now() + WARM_UP_MS;
  const question = {
    filter: {},
    orderBy: 'startTime',
    order: 'asc',
    offset: 0,
    limit: 0,
  } as const;
  while (performance.now() < endAt && (await questions.ask(question)).tookMs > 5) {
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function measureCells(
  questions: ServerQuestions,
  model: WorkloadModel,
  cells: readonly AskedCell[],
  runs: number,
  isQuiet: boolean,
): Promise<number[][]> {
  const times: number[][] = [];
  for (const [index, cell] of cells.entries()) {
    showProgress(
      `${isQuiet ? 'quiet' : 'while records arrive'}: question ${index + 1} of ${cells.length}`,
    );
    const tookMs: number[] = [];
    for (let run = 0; run < runs; run++) {
      const question = questionOf(cell, run);
      const expected = isQuiet ? cell.answerTo(run) : undefined;
      const asked = await questions.ask(question);
      if (expected !== undefined) {
        const ids = expected.rows.map((row) => model.requestId(row));
        if (asked.total !== expected.total || asked.requestIds.join() !== ids.join()) {
          throw new Error(
            `fnlog answers otherwise: ${cell.filter} by ${cell.orderBy} ${cell.order} from ${question.offset}: ${asked.total} of ${expected.total}`,
          );
        }
      }
      tookMs.push(asked.tookMs);
    }
    times.push(tookMs);
  }
  return times;
}

/** What a question costs that reads nothing. */
async function measureFloor(questions: ServerQuestions): Promise<number> {
  const tookMs: number[] = [];
  for (let run = 0; run < 50; run++) {
    const question = { filter: {}, orderBy: 'startTime', order: 'asc', offset: 0 } as const;
    tookMs.push((await questions.ask({ ...question, limit: 0 })).tookMs);
  }
  return quantile(tookMs, 0.5);
}

async function whileRecordsArrive<Result>(
  { url, authorization }: ServerProcess,
  arriving: {
    readonly records: string;
    readonly first: number;
    readonly options: QueryBenchOptions;
  },
  measure: () => Promise<Result>,
): Promise<Result> {
  const { records, first, options } = arriving;
  const senders = startSenders();
  const batch = Math.ceil(options.ingestRate / ARRIVALS_A_SECOND);
  const sending = senders.ask({
    ...{ url, authorization, records, first, batch },
    bodies: ARRIVAL_SECONDS_MAX * ARRIVALS_A_SECOND,
    senders: 1,
    seconds: ARRIVAL_SECONDS_MAX,
    everyMs: 1_000 / ARRIVALS_A_SECOND,
    inMemory: false,
  });
  // It is ended by the end of its process.
  sending.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  const result = await measure();
  await senders.stop();
  return result;
}
