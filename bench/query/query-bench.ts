// How long pages with exact totals take over HTTP, for every filter, order and direction, quiet and
// while records arrive, beside other systems with the same records. Every answer is checked.

import { drawRecordFile } from '../ingest/record-file.ts';
import { type SendOutcome, startSenders } from '../ingest/senders.ts';
import { measureStoreSize } from '../ingest/store-size.ts';
import { describeLoad } from '../machine.ts';
import { quantile } from '../quantile.ts';
import { endProgress, type Report, showProgress } from '../report.ts';
import { buildServerProgram, type ServerProcess, startServerProcess } from '../server-process.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { ServerQuestions } from './ask-server.ts';
import { answersOf, type Cell, cellsOf, questionOf } from './cells.ts';
import { ARRIVALS_A_SECOND, type QueryBenchOptions, type ServerFindings } from './findings.ts';
import { askPeer, type PeerResult } from './query-peers.ts';
import { queryReport } from './query-report.ts';
import { WorkloadModel } from './workload-model.ts';

const LOAD_BATCH = 20_000;
/** Records that arrive are drawn for so long. */
const ARRIVAL_SECONDS_MAX = 900;
const WARM_UP_MS = 20_000;

export async function runQueryBench(options: QueryBenchOptions): Promise<Report> {
  buildServerProgram();
  const drawn = temporaryDirectory(options.dir);
  const model = await draw(drawn.path, options);
  const cells = cellsOf(model);
  const loadBefore = describeLoad();
  const fnlog = await measureServer(drawn.path, model, cells, options);
  const peers: PeerResult[] = [];
  for (const peer of options.peers) {
    const { runs: _runs, dir, peerRuns: runs } = options;
    peers.push(await askPeer(peer, { records: drawn.path, model, cells, runs, dir }));
  }
  endProgress();
  drawn.remove();
  return queryReport({ options, model, cells, fnlog, peers, loadBefore });
}

async function draw(directory: string, { records, ingestRate }: QueryBenchOptions) {
  const model = new WorkloadModel(records);
  const arriving = ingestRate * ARRIVAL_SECONDS_MAX;
  await drawRecordFile(directory, records + arriving, (record) => {
    if (model.length < records) {
      model.add(record);
    }
  });
  return model;
}

async function measureServer(
  records: string,
  model: WorkloadModel,
  cells: readonly Cell[],
  options: QueryBenchOptions,
): Promise<ServerFindings> {
  const directory = temporaryDirectory(options.dir);
  const sent = await load(directory.path, records, model.length);
  showProgress('settling');
  const size = await measureStoreSize({
    dataDir: directory.path,
    settleSeconds: options.settleSeconds,
  });
  const server = await startServerProcess(directory.path);
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
      : await whileRecordsArrive(server, { records, first: model.length, options }, () =>
          measureCells(questions, model, cells, options.runs, false),
        );
  const busyPeakBytes = (await server.figures()).peakBytes;
  questions.close();
  await server.stop();
  directory.remove();
  return {
    times: cells.map((_, index) => ({ quietMs: quiet[index] ?? [], busyMs: busy[index] ?? [] })),
    floorMs,
    recordsPerSecond: sent.records / sent.seconds,
    size,
    quietPeakBytes,
    busyPeakBytes,
  };
}

/** By one sender, so that the order of ingest is that of the file. */
async function load(dataDir: string, records: string, count: number): Promise<SendOutcome> {
  showProgress('loading');
  const server = await startServerProcess(dataDir);
  const senders = startSenders();
  const { url, authorization } = server;
  const sent = await senders.ask({
    ...{ url, authorization, records },
    first: 0,
    batch: LOAD_BATCH,
    bodies: Math.ceil(count / LOAD_BATCH),
    senders: 1,
    seconds: Number.MAX_SAFE_INTEGER,
    inMemory: false,
  });
  await senders.stop();
  await server.stop();
  return sent;
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
  cells: readonly Cell[],
  runs: number,
  isQuiet: boolean,
): Promise<number[][]> {
  const times: number[][] = [];
  for (const [index, cell] of cells.entries()) {
    showProgress(
      `${isQuiet ? 'quiet' : 'while records arrive'}: question ${index + 1} of ${cells.length}`,
    );
    const tookMs: number[] = [];
    const answers = isQuiet ? answersOf(model, cell, runs) : undefined;
    for (let run = 0; run < runs; run++) {
      const question = questionOf(cell, run);
      const expected = answers?.(run);
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
