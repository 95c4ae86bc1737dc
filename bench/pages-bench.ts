// How long a page with its exact total takes: fnlog's reader beside one plain statement over a
// plain table that holds the same rows, in the same process, turn by turn.

import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Invocation } from '../src/domain/invocation.ts';
import { InvocationBlock } from '../src/domain/invocation-block.ts';
import type { InvocationPage } from '../src/domain/invocation-page.ts';
import { openStore, type Store, storeDefaults } from '../src/store/clickhouse/open-store.ts';
import { loadAzureWorkload } from './azure-workload.ts';
import { describeLoad, describeMachine } from './machine.ts';
import { type LoadedRecords, type PageCase, pageCasesOf } from './page-cases.ts';
import { type PlainPage, PlainTable } from './plain-table.ts';
import { quantile } from './quantile.ts';
import { endProgress, type Report, showProgress, threeDigits } from './report.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { nextInvocation } from './wire-records.ts';

const BATCH = 20_000;
const WARM_UPS = 3;
const READ = { deadlineMs: 120_000 };
const SETTLE_POLL_MS = 500;
/** No merge for so many polls: they have settled. */
const SETTLED_POLLS = 4;

export interface PagesBenchOptions {
  readonly records: number;
  readonly runs: number;
  readonly settleSeconds: number;
  /** Where the temporary data directory is made. */
  readonly dir: string;
}

interface CaseOutcome {
  readonly filter: string;
  readonly orderBy: string;
  readonly order: string;
  readonly offset: number;
  readonly limit: number;
  readonly matches: number;
  readonly fnlogMs: readonly number[];
  readonly plainMs: readonly number[];
}

interface Load extends LoadedRecords {
  readonly fnlogPerSecond: number;
  readonly plainPerSecond: number;
}

interface Bench {
  readonly store: Store;
  readonly plain: PlainTable;
}

/** Loads the records, waits for merges, asks every question and puts the times into a table. */
export async function runPagesBench(options: PagesBenchOptions): Promise<Report> {
  const directory = temporaryDirectory(options.dir);
  const dataDir = directory.path;
  const store = await openStore({ ...storeDefaults, dataDir, clickhouseUrl: undefined });
  const plain = await PlainTable.create(join(dataDir, 'store'));
  const bench = { store, plain };
  const load = await loadRecords(bench, options.records);
  await store.admin.settle();
  const settled = await settleMerges(plain, options.settleSeconds);
  const loadAverage = describeLoad();
  const cases = pageCasesOf(load);
  const outcomes: CaseOutcome[] = [];
  for (const [index, one] of cases.entries()) {
    showProgress(`question ${index + 1} of ${cases.length}: ${one.filter}, ${orderOf(one)}`);
    outcomes.push(await measureCase(bench, one, options.runs));
  }
  endProgress();
  const report = await reportOf(bench, { load, settled, outcomes, loadAverage, options });
  await plain.close();
  await store.admin.close();
  directory.remove();
  return report;
}

async function loadRecords({ store, plain }: Bench, count: number): Promise<Load> {
  const records = loadAzureWorkload().records(count);
  const counts = new Map<string, number>();
  let requestId = '';
  let fnlogMs = 0;
  let plainMs = 0;
  for (let loaded = 0; loaded < count; loaded += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - loaded) }, () =>
      nextInvocation(records),
    );
    const begin = performance.now();
    const outcomes = await store.writer.write([InvocationBlock.of(batch)]);
    fnlogMs += performance.now() - begin;
    if (!outcomes.flat().every((outcome) => outcome === 'accepted')) {
      throw new Error('the store did not take every record as new');
    }
    plainMs += await plain.insert(batch);
    countFunctions(batch, counts);
    // One from the middle of the load.
    requestId = loaded <= count / 2 ? (batch[0]?.requestId ?? requestId) : requestId;
    showProgress(`loaded ${(loaded + batch.length).toLocaleString('en')} records`);
  }
  return {
    counts,
    requestId,
    fnlogPerSecond: (count / fnlogMs) * 1000,
    plainPerSecond: (count / plainMs) * 1000,
  };
}

function countFunctions(batch: readonly Invocation[], counts: Map<string, number>): void {
  for (const { functionName } of batch) {
    counts.set(functionName, (counts.get(functionName) ?? 0) + 1);
  }
}

/** @returns whether the merges ended in that time */
async function settleMerges(plain: PlainTable, seconds: number): Promise<boolean> {
  const endAt = performance.now() + seconds * 1000;
  let quiet = 0;
  while (quiet < SETTLED_POLLS && performance.now() < endAt) {
    const merges = await plain.merges();
    quiet = merges === 0 ? quiet + 1 : 0;
    showProgress(`waiting for ${merges} merges`);
    await setTimeout(SETTLE_POLL_MS);
  }
  return quiet >= SETTLED_POLLS;
}

async function measureCase({ store, plain }: Bench, one: PageCase, runs: number) {
  const { filter, query } = one;
  const fnlogMs: number[] = [];
  const plainMs: number[] = [];
  let matches = 0;
  for (let run = -WARM_UPS; run < runs; run++) {
    const begin = performance.now();
    const page = await store.reader.page(query, READ);
    const between = performance.now();
    const plainPage = await plain.page(query);
    const end = performance.now();
    assertSame(page, plainPage, one);
    matches = page.total;
    if (run >= 0) {
      fnlogMs.push(between - begin);
      plainMs.push(end - between);
    }
  }
  const { orderBy, order, offset, limit } = query;
  return { filter, orderBy, order, offset, limit, matches, fnlogMs, plainMs };
}

function assertSame(page: InvocationPage, plain: PlainPage, one: PageCase): void {
  const requestIds = page.invocations.map(({ requestId }) => requestId);
  if (page.total !== plain.total || requestIds.join() !== plain.requestIds.join()) {
    throw new Error(`the two answers differ: ${one.filter}, ${orderOf(one)}`);
  }
}

function orderOf({ query: { orderBy, order, offset, limit } }: PageCase): string {
  return limit === 0 ? 'count only' : `by ${orderBy} ${order} from ${offset}`;
}

interface Findings {
  readonly load: Load;
  readonly settled: boolean;
  readonly outcomes: readonly CaseOutcome[];
  readonly loadAverage: string;
  readonly options: PagesBenchOptions;
}

async function reportOf({ plain }: Bench, findings: Findings): Promise<Report> {
  const { load, settled, outcomes, loadAverage, options } = findings;
  const machine = describeMachine(await plain.engineVersion());
  const sizes = await plain.sizes();
  const { origin } = loadAzureWorkload();
  const perRecord = ({ bytes, records }: { bytes: number; records: number }) =>
    threeDigits(bytes / records);
  const { fnlog } = sizes;
  const merges = settled
    ? 'merges had settled'
    : `merges were still under way after ${options.settleSeconds} s`;
  return {
    notes: [
      `Machine: ${machine}; load average before ${loadAverage}, after ${describeLoad()}.`,
      `Workload: ${origin}; ${fnlog.records.toLocaleString('en')} records of ${load.counts.size} functions in ${fnlog.parts} parts (plain table: ${sizes.plain.parts}); ${merges}.`,
      `Load by batches of ${BATCH.toLocaleString('en')}: ${threeDigits(load.fnlogPerSecond)} records/s (insert into the plain table: ${threeDigits(load.plainPerSecond)}).`,
      `On disk: ${perRecord(fnlog)} bytes a record (plain table: ${perRecord(sizes.plain)}).`,
      `Each question: ${options.runs} runs after ${WARM_UPS} warm-ups, the two sides by turns, with the same rows and totals.`,
    ],
    columns: [
      'filter',
      'matches',
      'question',
      'p50 ms',
      'p99 ms',
      'plain p50',
      'plain p99',
      'times as fast',
    ],
    rows: outcomes.map(rowOf),
    raw: { machine, origin, loadAverage, options, settled, sizes, load, outcomes },
  };
}

function rowOf({ filter, matches, orderBy, order, offset, limit, fnlogMs, plainMs }: CaseOutcome) {
  const deep = offset === 0 ? '' : ` from ${offset.toLocaleString('en')}`;
  return [
    filter,
    matches.toLocaleString('en'),
    limit === 0 ? 'count only' : `${orderBy} ${order}${deep}`,
    threeDigits(quantile(fnlogMs, 0.5)),
    threeDigits(quantile(fnlogMs, 0.99)),
    threeDigits(quantile(plainMs, 0.5)),
    threeDigits(quantile(plainMs, 0.99)),
    threeDigits(quantile(plainMs, 0.5) / quantile(fnlogMs, 0.5)),
  ];
}
