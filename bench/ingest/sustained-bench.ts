// Millions of records into one server: whether the rate holds as the store grows, and how that
// compares with the bare engine and with other systems on the same machine in the same run.

import { loadAzureWorkload } from '../azure-workload.ts';
import { type ContenderOutcome, contenderTable } from '../contender.ts';
import { describeLoad, describeMachine } from '../machine.ts';
import type { PeerName } from '../peers/peer.ts';
import { runPeers } from '../peers/run-peers.ts';
import { quantile } from '../quantile.ts';
import {
  endProgress,
  megabytes,
  type Report,
  showProgress,
  type Table,
  threeDigits,
} from '../report.ts';
import { buildServerProgram } from '../server-process.ts';
import { isInMemory, temporaryDirectory } from '../temporary-directory.ts';
import { type Load, loadBareEngine, loadServer, type ServerLoad } from './load-contender.ts';
import { drawRecordFile, RecordFile } from './record-file.ts';

const BATCH = 10_000;
const SMALL_BATCH = 1_000;
const SENDERS = 4;
const STEP = 1_000_000;

export interface SustainedBenchOptions {
  /** Records of the long load, into fnlog and into the bare engine. */
  readonly records: number;
  /** Records of every other load. */
  readonly peerRecords: number;
  /** Bound of every other load. */
  readonly peerSeconds: number;
  readonly peers: readonly PeerName[];
  /** The longest wait for merges, before bytes on disk are counted. */
  readonly settleSeconds: number;
  /** Where the temporary data directories are made. */
  readonly dir: string;
}

/** Loads fnlog, the bare engine and the peers, one after the other, each on empty directories. */
export async function runSustainedBench(options: SustainedBenchOptions): Promise<Report> {
  buildServerProgram();
  const { records: count, peerRecords, peerSeconds, settleSeconds, dir, peers } = options;
  const drawn = temporaryDirectory(dir);
  const { path: records } = drawn;
  // The last batch is a whole one.
  await drawRecordFile(records, Math.ceil(Math.max(count, peerRecords) / BATCH) * BATCH);
  const loadBefore = describeLoad();
  const long = { records, count, seconds: Number.POSITIVE_INFINITY, settleSeconds, dir };
  const short = { ...long, count: peerRecords, seconds: peerSeconds };
  const bare = [
    await showingBare({ ...long, batch: BATCH }),
    await showingBare({ ...short, batch: SMALL_BATCH }),
  ];
  const sustained = await showingServer({ ...long, batch: BATCH }, SENDERS);
  const others: ServerLoad[] = [];
  for (const [batch, senders] of [
    [BATCH, 1],
    [SMALL_BATCH, SENDERS],
    [SMALL_BATCH, 1],
  ] as const) {
    others.push(await showingServer({ ...short, batch }, senders));
  }
  const found = await runPeers({ peers, records, count: peerRecords, seconds: peerSeconds, dir });
  endProgress();
  const file = new RecordFile(records);
  const bytesPerRecord = file.bytesOf(0, count) / count;
  file.close();
  drawn.remove();
  return reportOf({ options, bytesPerRecord, loadBefore, bare, sustained, others, found });
}

async function showingBare(load: Load): Promise<ContenderOutcome> {
  showProgress(`bare engine: batches of ${load.batch}`);
  return await loadBareEngine(load);
}

async function showingServer(load: Load, senders: number): Promise<ServerLoad> {
  showProgress(`fnlog: batches of ${load.batch} from ${senders} senders`);
  return await loadServer(load, senders);
}

interface Findings {
  readonly options: SustainedBenchOptions;
  readonly bytesPerRecord: number;
  readonly loadBefore: string;
  readonly bare: readonly ContenderOutcome[];
  readonly sustained: ServerLoad;
  readonly others: readonly ServerLoad[];
  readonly found: Awaited<ReturnType<typeof runPeers>>;
}

function reportOf(findings: Findings): Report {
  const { options, bytesPerRecord, loadBefore, bare, sustained, others, found } = findings;
  const { size, sent, outcome } = sustained;
  const machine = describeMachine(size.engineVersion);
  const loadAfter = describeLoad();
  const { origin } = loadAzureWorkload();
  const merges = size.settled
    ? `what was left to merge and to build took ${threeDigits(size.settleSeconds)} s after the load`
    : `merges were still under way after ${options.settleSeconds} s`;
  const [bareLong] = bare;
  const ratio =
    bareLong === undefined
      ? Number.NaN
      : outcome.records / outcome.seconds / (bareLong.records / bareLong.seconds);
  const notes = [
    `Machine: ${machine}; load average before ${loadBefore}, after ${loadAfter}.`,
    `Workload: ${origin}; about ${threeDigits(bytesPerRecord)} bytes of NDJSON a record.`,
    `fnlog: default settings, ${SENDERS} senders of ${BATCH.toLocaleString('en')} records; ${threeDigits(ratio)} of the bare engine's rate; ${sent.refusals} answers 429; event loop held for ${threeDigits(sustained.loopDelayMaxMs)} ms at most; resident memory ${megabytes(outcome.memoryBytes)} MB at most; ${threeDigits(size.bytes / outcome.records)} bytes on disk a record in ${size.parts} parts (${merges}).`,
    `Other loads: ${options.peerRecords.toLocaleString('en')} records, or as many as went in within ${options.peerSeconds} s.`,
    ...found.notes,
    ...(isInMemory(options.dir)
      ? ['The data directories are in memory: fsync costs nothing here.']
      : []),
  ];
  const servers = [sustained, ...others].map((load) => load.outcome);
  return {
    notes,
    ...stepTable(sustained),
    further: [contenderTable('Side by side', [...servers, ...bare, ...found.outcomes])],
    raw: { machine, origin, loadAfter, ...findings },
  };
}

/** The rate over time: one row for every million records. */
function stepTable({ outcome, sent, memory }: ServerLoad): Table {
  const perStep = Math.max(1, Math.floor(STEP / outcome.batch));
  const rows: string[][] = [];
  let beginMs = 0;
  for (let from = 0; from < sent.acknowledged.length; from += perStep) {
    const step = sent.acknowledged.slice(from, from + perStep);
    const endMs = step.at(-1)?.atMs ?? beginMs;
    const tookMs = step.map((one) => one.tookMs);
    const resident = memory
      .filter(({ atMs }) => atMs - sent.beginMs > beginMs && atMs - sent.beginMs <= endMs)
      .map(({ residentBytes }) => residentBytes);
    rows.push([
      ((from + step.length) * outcome.batch).toLocaleString('en'),
      threeDigits((step.length * outcome.batch * 1000) / (endMs - beginMs)),
      threeDigits(quantile(tookMs, 0.5)),
      threeDigits(quantile(tookMs, 0.99)),
      megabytes(Math.max(...resident)),
    ]);
    beginMs = endMs;
  }
  return {
    title: 'fnlog as its store grows',
    columns: ['records up to', 'records/s', 'p50 ms', 'p99 ms', 'resident memory, MB'],
    rows,
  };
}
