// Invocations in the shape of a real workload: 500 functions of Microsoft's Azure Functions Trace
// 2019 (CC BY 4.0), read from shared/data where that lies beside the project. When functions ran,
// how long and with how much memory is theirs; outcomes and log text are added here.

import { existsSync, readFileSync } from 'node:fs';
import { logWriter } from './log-text.ts';
import { type Draw, drawFrom, seededDraw } from './seeded-draw.ts';

const DATA = new URL('../../shared/data/azure-functions-2019/', import.meta.url);
const MINUTES = 480;
const MINUTE_US = 60_000_000;
const DAY_US = 24 * 60 * MINUTE_US;
/** 2019-07-01T08:00:00Z: the trace begins at minute 480 of a day. */
const BEGIN_US = Date.UTC(2019, 6, 1, 8) * 1000;

interface TraceFunction {
  readonly name: string;
  readonly perMinute: readonly number[];
  /** Pairs of (quantile, value), quantiles rising from 0 to 1. */
  readonly durationMs: readonly (readonly [number, number])[];
  readonly memoryMb: readonly (readonly [number, number])[];
}

/** One record in the native wire shape. */
export interface WorkloadRecord {
  readonly functionName: string;
  readonly requestId: string;
  readonly startTimeUs: number;
  readonly durationUs: number;
  readonly memUsage: number;
  readonly retCode: number;
  readonly retMsg: string;
  readonly log: string;
}

export interface Workload {
  /** Where it comes from, for the heading of a table. */
  readonly origin: string;
  /** At most `count` records in the order of their start, days repeated where more are asked for. */
  records(count: number): Generator<WorkloadRecord>;
}

/**
 * Reads the trace, or makes a stand-in of the same skew where the trace is not there.
 *
 * @param seed two workloads with the same seed are the same, record for record
 */
export function loadAzureWorkload(seed = 1): Workload {
  const real = existsSync(DATA);
  const functions = real ? readTrace() : standIn(seededDraw(seed));
  const perDay = functions.reduce((sum, one) => sum + one.perMinute.reduce((a, b) => a + b, 0), 0);
  return {
    origin: real
      ? 'Azure Functions Trace 2019 (CC BY 4.0)'
      : 'a stand-in of the same shape as the Azure Functions Trace 2019, which is not here',
    records: (count) => generate({ functions, perDay, count, seed }),
  };
}

interface GenerateOptions {
  readonly functions: readonly TraceFunction[];
  readonly perDay: number;
  readonly count: number;
  readonly seed: number;
}

function* generate(options: GenerateOptions): Generator<WorkloadRecord> {
  const { functions, perDay, count, seed } = options;
  const draw = seededDraw(seed);
  const writeLog = logWriter();
  // Fewer than a day has: thin every function alike, so that the skew stays what it is.
  const share = Math.min(1, count / perDay);
  let made = 0;
  for (let day = 0; made < count; day++) {
    for (let minute = 0; minute < MINUTES && made < count; minute++) {
      const beginUs = BEGIN_US + day * DAY_US + minute * MINUTE_US;
      const runs = minuteOf(functions, minute, { beginUs, share, draw });
      for (const run of runs.slice(0, count - made)) {
        yield recordOf(run, draw, writeLog);
      }
      made += runs.length;
    }
  }
}

interface MinuteOptions {
  readonly beginUs: number;
  readonly share: number;
  readonly draw: Draw;
}

interface Run {
  readonly of: TraceFunction;
  readonly startTimeUs: number;
}

function minuteOf(
  functions: readonly TraceFunction[],
  minute: number,
  { beginUs, share, draw }: MinuteOptions,
): Run[] {
  const runs: Run[] = [];
  for (const one of functions) {
    const expected = (one.perMinute[minute] ?? 0) * share;
    const count = Math.floor(expected) + (draw() < expected % 1 ? 1 : 0);
    for (let made = 0; made < count; made++) {
      runs.push({ of: one, startTimeUs: beginUs + Math.floor(draw() * MINUTE_US) });
    }
  }
  return runs.sort((a, b) => a.startTimeUs - b.startTimeUs);
}

function recordOf(
  { of: one, startTimeUs }: Run,
  draw: Draw,
  writeLog: ReturnType<typeof logWriter>,
): WorkloadRecord {
  const failed = draw() < 0.02;
  const requestId = uuidFrom(draw);
  const durationUs = Math.round(drawFrom(one.durationMs, draw) * 1000 + draw() * 1000);
  const functionName = one.name;
  return {
    functionName,
    requestId,
    startTimeUs,
    durationUs,
    memUsage: Math.round(drawFrom(one.memoryMb, draw) * 1024 * 1024),
    retCode: failed ? 1 : 0,
    retMsg: failed ? 'Error: upstream answered 503' : '"ok"',
    log: writeLog({ functionName, requestId, startTimeUs, durationUs, failed }, draw),
  };
}

function uuidFrom(draw: Draw): string {
  const hex = (digits: number) =>
    Math.floor(draw() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(6)}${hex(6)}`;
}

function readTrace(): TraceFunction[] {
  const durations = tableOf('durations.csv', 'HashFunction', 'percentile_Average_');
  const memory = tableOf('memory.csv', 'HashFunction', 'AverageAllocatedMb_pct');
  const [head, ...lines] = linesOf('invocations.csv');
  const at = columnsOf(head).indexOf('HashFunction');
  const first = columnsOf(head).indexOf(String(MINUTES));
  return lines.map((line) => {
    const cells = line.split(',');
    const hash = cells[at] ?? '';
    return {
      name: `fn-${hash.slice(0, 12)}`,
      perMinute: cells.slice(first, first + MINUTES).map(Number),
      durationMs: durations.get(hash) ?? [
        [0, 1],
        [1, 100],
      ],
      memoryMb: memory.get(hash) ?? [
        [0, 64],
        [1, 256],
      ],
    };
  });
}

function linesOf(file: string): string[] {
  return readFileSync(new URL(file, DATA), 'utf8').trim().split('\n');
}

function columnsOf(head: string | undefined): string[] {
  return (head ?? '').split(',');
}

/** The percentile columns of a file, as (quantile, value) pairs by function. */
function tableOf(file: string, keyColumn: string, prefix: string) {
  const [head, ...lines] = linesOf(file);
  const columns = columnsOf(head);
  const at = columns.indexOf(keyColumn);
  const quantiles = columns
    .map((name, index) => ({ name, index }))
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ name, index }) => ({ quantile: Number(name.slice(prefix.length)) / 100, index }));
  const table = new Map<string, (readonly [number, number])[]>();
  for (const line of lines) {
    const cells = line.split(',');
    table.set(
      cells[at] ?? '',
      quantiles.map(({ quantile, index }) => [quantile, Number(cells[index])] as const),
    );
  }
  return table;
}

/** The skew of the trace without the trace: 63 % in the first function, a long tail behind it. */
function standIn(draw: Draw): TraceFunction[] {
  const perDay = 3_037_902;
  const tail = Array.from({ length: 499 }, (_, rank) => 1 / (rank + 1) ** 1.6);
  const tailSum = tail.reduce((a, b) => a + b, 0);
  const shares = [0.63, ...tail.map((weight) => (0.37 * weight) / tailSum)];
  return shares.map((share, rank) => {
    const medianMs = 2 + Math.floor(draw() * 2_000);
    const medianMb = 20 + Math.floor(draw() * 300);
    return {
      name: `fn-${String(rank).padStart(12, '0')}`,
      perMinute: Array.from({ length: MINUTES }, () => (share * perDay) / MINUTES),
      durationMs: [
        [0, medianMs / 2],
        [0.5, medianMs],
        [0.99, medianMs * 8],
        [1, medianMs * 40],
      ],
      memoryMb: [
        [0, medianMb * 0.8],
        [0.5, medianMb],
        [1, medianMb * 1.5],
      ],
    };
  });
}
