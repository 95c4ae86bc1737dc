// Records a second from the socket to durable, by size of a batch and number of senders, beside
// the bare engine fed the same NDJSON batch by batch.

import { loadAzureWorkload } from '../azure-workload.ts';
import { describeLoad, describeMachine } from '../machine.ts';
import { median, quantile } from '../quantile.ts';
import { endProgress, megabytes, type Report, showProgress, threeDigits } from '../report.ts';
import { buildServerProgram } from '../server-process.ts';
import { isInMemory, temporaryDirectory } from '../temporary-directory.ts';
import {
  type Cell,
  type CellOptions,
  type CellOutcome,
  cellTookMs,
  measureCell,
  recordsNeeded,
} from './matrix-cell.ts';
import { drawRecordFile, RecordFile } from './record-file.ts';

/** 200 senders only where their bodies are small enough to be many small programs. */
const MANY_SENDERS = 100;
const MANY_SENDERS_BATCH_MAX = 10;

export interface MatrixBenchOptions extends CellOptions {
  readonly batches: readonly number[];
  readonly senders: readonly number[];
}

/** Measures every cell, each on empty directories, and puts them into a table. */
export async function runMatrixBench(options: MatrixBenchOptions): Promise<Report> {
  buildServerProgram();
  const cells = cellsOf(options);
  const drawn = temporaryDirectory(options.dir);
  const count = Math.max(...cells.map((cell) => recordsNeeded(cell, options)));
  await drawRecordFile(drawn.path, count);
  const file = new RecordFile(drawn.path);
  const bytesPerRecord = file.bytesOf(0, count) / count;
  file.close();
  const loadBefore = describeLoad();
  const outcomes: CellOutcome[] = [];
  for (const [index, cell] of cells.entries()) {
    showProgress(
      `cell ${index + 1} of ${cells.length}: batches of ${cell.batch}, ${cell.senders} senders`,
    );
    outcomes.push(await measureCell(cell, options, drawn.path));
  }
  endProgress();
  drawn.remove();
  return reportOf(outcomes, { options, bytesPerRecord, loadBefore });
}

function cellsOf({ batches, senders }: MatrixBenchOptions): Cell[] {
  return batches.flatMap((batch) =>
    senders
      .filter((count) => count < MANY_SENDERS || batch <= MANY_SENDERS_BATCH_MAX)
      .map((count) => ({ batch, senders: count })),
  );
}

interface Circumstances {
  readonly options: MatrixBenchOptions;
  readonly bytesPerRecord: number;
  readonly loadBefore: string;
}

function reportOf(outcomes: readonly CellOutcome[], circumstances: Circumstances): Report {
  const { options, bytesPerRecord, loadBefore } = circumstances;
  const { seconds, rounds, stored, dir } = options;
  const machine = describeMachine();
  const loadAfter = describeLoad();
  const { origin } = loadAzureWorkload();
  const notes = [
    `Machine: ${machine}; load average before ${loadBefore}, after ${loadAfter}.`,
    `Workload: ${origin}; about ${threeDigits(bytesPerRecord)} bytes of NDJSON a record.`,
    `Each cell: stores that hold ${stored.toLocaleString('en')} records before, then ${rounds} turns of fnlog of at most ${seconds} s, each between two of the bare engine; ratios are to the mean of the two, and the median of the turns is shown.`,
    `Server: default settings. Answers 429: bodies that were sent again after the time the server gave; the wait counts.`,
    ...(isInMemory(dir) ? ['The data directory is in memory: fsync costs nothing here.'] : []),
  ];
  return {
    notes,
    columns: COLUMNS,
    rows: outcomes.map(rowOf),
    raw: { machine, origin, loadBefore, loadAfter, options, bytesPerRecord, outcomes },
  };
}

const COLUMNS = [
  'batch',
  'senders',
  'records/s',
  'bare engine, records/s',
  'ratio',
  'p50 ms',
  'p99 ms',
  'answers 429',
  'server memory, MB',
  'event loop held, ms',
  'senders, % of a core',
];

function rowOf(cell: CellOutcome): string[] {
  const { batch, senders, rounds, ratio } = cell;
  const tookMs = cellTookMs(cell);
  const most = (values: readonly (number | undefined)[]) =>
    Math.max(...values.map((value) => value ?? Number.NaN));
  const cpu = rounds.reduce((sum, { sent }) => sum + sent.cpuSeconds, 0);
  const seconds = rounds.reduce((sum, { sent }) => sum + sent.seconds, 0);
  return [
    batch.toLocaleString('en'),
    String(senders),
    threeDigits(median(rounds.map(({ recordsPerSecond }) => recordsPerSecond))),
    threeDigits(median(rounds.map(({ bareRecordsPerSecond }) => bareRecordsPerSecond))),
    threeDigits(ratio),
    threeDigits(quantile(tookMs, 0.5)),
    threeDigits(quantile(tookMs, 0.99)),
    rounds.reduce((sum, { sent }) => sum + sent.refusals, 0).toLocaleString('en'),
    megabytes(most(rounds.map(({ figures }) => figures.peakBytes))),
    threeDigits(most(rounds.map(({ figures }) => figures.loopDelayMaxMs))),
    threeDigits((100 * cpu) / seconds),
  ];
}
