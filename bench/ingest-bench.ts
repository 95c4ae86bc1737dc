// Records a second from the socket to durable, by size of a batch and number of senders, beside
// the bare engine fed the same NDJSON batch by batch.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { loadAzureWorkload } from './azure-workload.ts';
import { type BareEngineOutcome, measureBareEngine } from './bare-engine.ts';
import { describeLoad, describeMachine } from './machine.ts';
import { quantile } from './quantile.ts';
import { endProgress, type Report, showProgress, threeDigits } from './report.ts';
import { type SendOutcome, sendBodies } from './senders.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { isInMemory, temporaryDirectory } from './temporary-directory.ts';
import { LOG_BYTES, nextBody } from './wire-records.ts';

const BUILD = fileURLToPath(new URL('../scripts/build.mjs', import.meta.url));
const STORED_BATCH = 20_000;
/** 200 senders only where their bodies are small enough to be many small programs. */
const MANY_SENDERS = 100;
const MANY_SENDERS_BATCH_MAX = 10;
/** More than either side reaches: bodies are made before the clock starts, for all of the time. */
const RECORDS_PER_SECOND_MAX = 80_000;
const REQUESTS_PER_SECOND_MAX = 250;

export interface IngestBenchOptions {
  readonly batches: readonly number[];
  readonly senders: readonly number[];
  /** Bound of one cell, for each side. */
  readonly seconds: number;
  /** Records that are there before the clock starts. */
  readonly stored: number;
  /** Where the temporary data directories are made. */
  readonly dir: string;
}

interface Cell {
  readonly batch: number;
  readonly senders: number;
}

interface CellOutcome extends Cell {
  readonly recordsPerSecond: number;
  readonly bareRecordsPerSecond: number;
  readonly bytesPerRecord: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requests: number;
  readonly peakBytes: number | null;
  readonly engineVersion: string;
}

/** Measures every cell, each on empty directories, and puts them into a table. */
export async function runIngestBench(options: IngestBenchOptions): Promise<Report> {
  buildProgram();
  const loadBefore = describeLoad();
  const cells = cellsOf(options);
  const outcomes: CellOutcome[] = [];
  for (const [index, cell] of cells.entries()) {
    showProgress(
      `cell ${index + 1} of ${cells.length}: batches of ${cell.batch}, ${cell.senders} senders`,
    );
    outcomes.push(await measureCell(cell, options));
  }
  endProgress();
  return reportOf(outcomes, options, loadBefore);
}

function buildProgram(): void {
  const { status } = spawnSync(process.execPath, [BUILD], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) {
    throw new Error('dist/ could not be built; see above');
  }
}

function cellsOf({ batches, senders }: IngestBenchOptions): Cell[] {
  return batches.flatMap((batch) =>
    senders
      .filter((count) => count < MANY_SENDERS || batch <= MANY_SENDERS_BATCH_MAX)
      .map((count) => ({ batch, senders: count })),
  );
}

async function measureCell(cell: Cell, options: IngestBenchOptions): Promise<CellOutcome> {
  const stored = { bodies: Math.ceil(options.stored / STORED_BATCH), batch: STORED_BATCH };
  const bodyCount = bodyCountOf(cell, options.seconds);
  const bareDirectory = temporaryDirectory(options.dir);
  const { path } = bareDirectory;
  const { batch } = cell;
  const bare = await measureBareEngine({
    path,
    batch,
    bodies: bodyCount,
    seconds: options.seconds,
    stored,
  });
  bareDirectory.remove();
  const directory = temporaryDirectory(options.dir);
  const server = await startServerProcess(directory.path);
  const records = loadAzureWorkload().records(Number.MAX_SAFE_INTEGER, LOG_BYTES);
  const storedBodies = Array.from({ length: stored.bodies }, () => nextBody(records, STORED_BATCH));
  await sendBodies({
    server,
    bodies: storedBodies,
    batch: STORED_BATCH,
    senders: 1,
    seconds: Number.POSITIVE_INFINITY,
  });
  const bodies = Array.from({ length: bodyCount }, () => nextBody(records, batch));
  server.resetPeak();
  const sent = await sendBodies({ server, bodies, ...cell, seconds: options.seconds });
  const outcome = outcomeOf(cell, { sent, bare, server, bodies });
  await server.stop();
  directory.remove();
  return outcome;
}

/** Enough for the time, and one for every sender. */
function bodyCountOf({ batch, senders }: Cell, seconds: number): number {
  const perSecond = Math.min(RECORDS_PER_SECOND_MAX / batch, REQUESTS_PER_SECOND_MAX * senders);
  return Math.max(senders, Math.ceil(perSecond * seconds));
}

interface Measured {
  readonly sent: SendOutcome;
  readonly bare: BareEngineOutcome;
  readonly server: ServerProcess;
  readonly bodies: readonly Buffer[];
}

function outcomeOf(cell: Cell, { sent, bare, server, bodies }: Measured): CellOutcome {
  const bytes = bodies.reduce((sum, { length }) => sum + length, 0);
  return {
    ...cell,
    recordsPerSecond: sent.records / sent.seconds,
    bareRecordsPerSecond: bare.records / bare.seconds,
    bytesPerRecord: bytes / (bodies.length * cell.batch),
    p50Ms: quantile(sent.acknowledgedMs, 0.5),
    p99Ms: quantile(sent.acknowledgedMs, 0.99),
    requests: sent.acknowledgedMs.length,
    peakBytes: server.peakBytes() ?? null,
    engineVersion: bare.engineVersion,
  };
}

function reportOf(
  outcomes: readonly CellOutcome[],
  { seconds, stored, dir }: IngestBenchOptions,
  loadBefore: string,
): Report {
  const [first] = outcomes;
  const machine = describeMachine(first?.engineVersion ?? 'unknown');
  const { origin } = loadAzureWorkload();
  const bytes = threeDigits(outcomes.at(-1)?.bytesPerRecord ?? Number.NaN);
  const notes = [
    `Machine: ${machine}; load average before ${loadBefore}, after ${describeLoad()}.`,
    `Workload: ${origin}; about ${bytes} bytes of NDJSON a record.`,
    `Each cell: at most ${seconds} s a side, on a store that holds ${stored.toLocaleString('en')} records before.`,
    ...(isInMemory(dir) ? ['The data directory is in memory: fsync costs nothing here.'] : []),
  ];
  return {
    notes,
    columns: [
      'batch',
      'senders',
      'records/s',
      'bare engine, records/s',
      'ratio',
      'p50 ms',
      'p99 ms',
      'server memory, MiB',
    ],
    rows: outcomes.map((cell) => [
      cell.batch.toLocaleString('en'),
      String(cell.senders),
      threeDigits(cell.recordsPerSecond),
      threeDigits(cell.bareRecordsPerSecond),
      threeDigits(cell.recordsPerSecond / cell.bareRecordsPerSecond),
      threeDigits(cell.p50Ms),
      threeDigits(cell.p99Ms),
      threeDigits((cell.peakBytes ?? Number.NaN) / 1024 ** 2),
    ]),
    raw: { machine, origin, loadBefore, loadAfter: describeLoad(), seconds, stored, outcomes },
  };
}
