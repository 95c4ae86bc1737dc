// What fnlog/wrap adds to a run: the same trivial handler alone, wrapped while the server is up, and
// wrapped while it is away.

import { createServer } from 'node:net';
import { join } from 'node:path';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { createReporter, type Reporter } from '../src/wrap/create-reporter.ts';
import { describeLoad, describeMachine } from './machine.ts';
import { quantile } from './quantile.ts';
import { type Report, showProgress, threeDigits } from './report.ts';
import { startServerProcess } from './server-process.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface WrapBenchOptions {
  /** Measured runs of each kind. */
  readonly runs: number;
  /** Where the data directory and the spool are made. */
  readonly dir: string;
}

type Handler = (event: { n: number }, context: { awsRequestId: string }) => Promise<unknown>;

interface Side {
  readonly name: string;
  readonly handler: Handler;
  readonly reporter: Reporter | undefined;
  /** Microseconds of each run, as its caller sees them. */
  readonly times: number[];
  /** Of the whole process, background and its share of threads included. */
  cpuUs: number;
}

const ROUNDS = 20;
const FLUSH_MS = 60_000;
/** As far as it may go: `npm run bench` is no test, but says so. */
const ADDED_US_MAX = 200;

const handler: Handler = async (event) => ({ ok: true, n: event.n });

/** @throws Error where a record was lost: then no figure counts */
export async function runWrapBench({ runs, dir }: WrapBenchOptions): Promise<Report> {
  const room = temporaryDirectory(dir);
  const load = describeLoad();
  const server = await startServerProcess(join(room.path, 'data'));
  const up = reporterOf(server.url, server.authorization, join(room.path, 'up'));
  const away = reporterOf(await unusedUrl(), server.authorization, join(room.path, 'away'));
  const sides: Side[] = [
    sideOf('alone', undefined),
    sideOf('wrapped, server up', up),
    sideOf('wrapped, server away', away),
  ];
  try {
    await measure(sides, Math.ceil(runs / ROUNDS));
    for (const { name, reporter } of sides) {
      confirmKept(name, reporter);
    }
  } finally {
    await Promise.all([up.close(1), away.close(1)]);
    await server.stop();
    room.remove();
  }
  return reportOf(sides, load);
}

function reporterOf(url: string, authorization: string, spoolDir: string): Reporter {
  const [secretId = '', secretKey = ''] = Buffer.from(authorization.slice(6), 'base64')
    .toString('utf8')
    .split(':');
  const onWarning = () => undefined;
  return createReporter({ url, secretId, secretKey, spoolDir, functionName: 'bench', onWarning });
}

function sideOf(name: string, reporter: Reporter | undefined): Side {
  const wrapped = reporter === undefined ? handler : reporter.wrap(handler);
  return { name, reporter, handler: wrapped, times: [], cpuUs: 0 };
}

/** The sides by turns, so that what the machine does besides falls on all of them. */
async function measure(sides: readonly Side[], runsOfRound: number): Promise<void> {
  for (let round = -2; round < ROUNDS; round += 1) {
    for (const side of sides) {
      showProgress(`wrap: round ${round + 1} of ${ROUNDS}, ${side.name}`);
      const before = process.cpuUsage();
      const times = await timesOf(side.handler, round, runsOfRound);
      await side.reporter?.flush(FLUSH_MS);
      const { user, system } = process.cpuUsage(before);
      // The first two rounds are for the compiler.
      if (round >= 0) {
        side.times.push(...times);
        side.cpuUs += user + system;
      }
    }
  }
}

async function timesOf(run: Handler, round: number, runs: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < runs; n += 1) {
    const context = { awsRequestId: `${round}-${n}` };
    const begin = performance.now();
    await run({ n }, context);
    times.push((performance.now() - begin) * 1_000);
    // A program that serves requests comes back to the loop between them.
    await turnOfLoop();
  }
  return times;
}

function confirmKept(name: string, reporter: Reporter | undefined): void {
  const stats = reporter?.stats();
  if (stats === undefined) {
    return;
  }
  const { runs, delivered, rejected, dropped, faults, waiting } = stats;
  const isUp = delivered > 0;
  if (rejected + dropped + faults + waiting > 0 || (isUp && delivered !== runs)) {
    throw new Error(`${name}: records were lost: ${JSON.stringify(stats)}`);
  }
}

/** An address at which nobody listens. */
async function unusedUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

function reportOf(sides: readonly Side[], load: string): Report {
  const raw = sides.map(({ name, times, cpuUs }) => ({
    name,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    mean: times.reduce((sum, time) => sum + time, 0) / times.length,
    cpu: cpuUs / times.length,
  }));
  const [alone] = raw;
  const rows = raw.map(({ name, p50, p99, mean, cpu }) => [
    name,
    threeDigits(p50),
    threeDigits(p99),
    threeDigits(mean),
    ...(alone === undefined || name === alone.name
      ? ['–', '–', '–', '–']
      : [p50 - alone.p50, p99 - alone.p99, mean - alone.mean, cpu - alone.cpu].map(threeDigits)),
  ]);
  return {
    notes: [
      `Machine: ${describeMachine()}; load average before ${load}, after ${describeLoad()}.`,
      `Each kind: ${sides[0]?.times.length} runs of an async handler that returns a small object, in ${ROUNDS} rounds by turns; the aim is under ${ADDED_US_MAX} µs added.`,
      'CPU: of the whole process, background work and its threads included.',
    ],
    columns: [
      'handler',
      'p50 µs',
      'p99 µs',
      'mean µs',
      'added p50',
      'added p99',
      'added mean',
      'CPU added, µs a run',
    ],
    rows,
    raw,
  };
}
