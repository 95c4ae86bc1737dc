// Puts the records into every peer that can be had here, in each of its ways, one after the other.

import type { ContenderOutcome } from '../contender.ts';
import { showProgress } from '../report.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { WorkerProcess } from '../worker-process.ts';
import type { PeerName, PeerOutcome, PeerTask, PeerWay } from './peer.ts';
import { preparePackages } from './peer-packages.ts';
import { type PostgresCluster, startPostgres } from './postgres-cluster.ts';

export interface PeersOptions {
  readonly peers: readonly PeerName[];
  /** Where the record file is; its first records are put in. */
  readonly records: string;
  readonly count: number;
  /** Bound of each way. */
  readonly seconds: number;
  /** Where temporary data directories are made. */
  readonly dir: string;
}

export interface PeersOutcome {
  readonly outcomes: readonly ContenderOutcome[];
  /** How the peers are set up, and which of them are not here and why. */
  readonly notes: readonly string[];
}

const BATCHES = [10_000, 1_000];

const titles: Readonly<Record<PeerName, string>> = {
  postgresql: 'PostgreSQL',
  duckdb: 'DuckDB',
  sqlite: 'SQLite',
};

/** DuckDB and SQLite have one writer at a time; PostgreSQL has as many as there are connections. */
const ways: Readonly<Record<PeerName, readonly PeerWay[]>> = {
  postgresql: waysOf(['COPY', 'INSERT'], [1, 4]),
  duckdb: waysOf(['appender', 'INSERT'], [1]),
  sqlite: waysOf(['INSERT'], [1]),
};

function waysOf(kinds: readonly PeerWay['way'][], connections: readonly number[]): PeerWay[] {
  return kinds.flatMap((way) =>
    BATCHES.flatMap((batch) => connections.map((count) => ({ way, batch, connections: count }))),
  );
}

/** A peer that cannot be had here is named in the notes and left out. */
export async function runPeers(options: PeersOptions): Promise<PeersOutcome> {
  const outcomes: ContenderOutcome[] = [];
  const notes: string[] = [];
  for (const peer of options.peers) {
    const prepared = preparePackages(peer);
    const missing =
      'missing' in prepared
        ? prepared.missing
        : await runPeer(peer, { options, packages: prepared.found, outcomes, notes });
    if (missing !== undefined) {
      notes.push(`${titles[peer]} is left out: ${missing}.`);
    }
  }
  return { outcomes, notes };
}

interface Run {
  readonly options: PeersOptions;
  readonly packages: string;
  readonly outcomes: ContenderOutcome[];
  readonly notes: string[];
}

/** @returns why the peer cannot be had, where it cannot */
async function runPeer(peer: PeerName, run: Run): Promise<string | undefined> {
  if (peer !== 'postgresql') {
    run.notes.push(`${titles[peer]} ${await runWays(peer, run)}: ${words[peer]}.`);
    return undefined;
  }
  const started = startPostgres(run.options.dir);
  if ('missing' in started) {
    return started.missing;
  }
  const cluster = started.found;
  const version = await runWays(peer, run, cluster);
  run.notes.push(`${titles[peer]} ${version}: ${cluster.settings}; ${words[peer]}.`);
  cluster.stop();
  return undefined;
}

const words: Readonly<Record<PeerName, string>> = {
  postgresql:
    'eight indexes; the text for COPY is made before the clock starts, an INSERT takes a batch as JSON, which PostgreSQL parses, and passes over what is known; its memory is after the load, what its processes share counted once',
  duckdb:
    'as it comes, indexes for the identity and the request id; for the appender records are parsed in its process, an INSERT takes a batch as JSON, which DuckDB parses, and passes over what is known',
  sqlite:
    'WAL, synchronous FULL, a cache of 1 GiB, eight indexes; records are parsed in its process and put in by a prepared INSERT that passes over what is known, a transaction for each batch',
};

/** @returns the peer's version */
async function runWays(peer: PeerName, run: Run, cluster?: PostgresCluster): Promise<string> {
  let version = '';
  for (const way of ways[peer]) {
    const { way: kind, batch, connections } = way;
    showProgress(`${titles[peer]}: ${kind} of ${batch} over ${connections}`);
    const { memoryBytes, ...found } = await runWay({ peer, ...way }, run, cluster);
    version = found.version;
    const { records, seconds, tookMs, bytes } = found;
    const system = titles[peer];
    run.outcomes.push({ system, ...way, records, seconds, tookMs, bytes, memoryBytes });
  }
  return version;
}

async function runWay(
  way: PeerWay & Pick<PeerTask, 'peer'>,
  { options, packages }: Run,
  cluster: PostgresCluster | undefined,
): Promise<PeerOutcome & { readonly memoryBytes: number | undefined }> {
  const { records, count, seconds, dir } = options;
  const directory = temporaryDirectory(dir);
  const worker = new WorkerProcess<PeerTask, PeerOutcome>('peer');
  const outcome = await worker.ask({
    ...way,
    packages,
    directory: cluster?.socketDirectory ?? directory.path,
    records,
    count,
    seconds,
  });
  const memoryBytes = cluster === undefined ? worker.memory()?.peakBytes : cluster.memoryBytes();
  await worker.stop();
  directory.remove();
  return { ...outcome, memoryBytes };
}
