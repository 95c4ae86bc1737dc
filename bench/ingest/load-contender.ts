// Loads records into fnlog and into the bare engine, each on an empty directory, until they are in
// or the time is over.

import type { ContenderOutcome } from '../contender.ts';
import { startServerProcess } from '../server-process.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { BareEngine } from './bare-engine.ts';
import { type SendOutcome, startSenders, tookMsOf } from './senders.ts';
import { measureStoreSize, type StoreSize } from './store-size.ts';

export interface Load {
  /** Where the record file is; its first records are loaded. */
  readonly records: string;
  readonly count: number;
  readonly batch: number;
  /** No batch is begun after this long. */
  readonly seconds: number;
  /** The longest wait for merges, after the clock has stopped. */
  readonly settleSeconds: number;
  /** Where temporary data directories are made. */
  readonly dir: string;
}

interface MemorySample {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly residentBytes: number;
}

export interface ServerLoad {
  readonly outcome: ContenderOutcome;
  readonly sent: SendOutcome;
  readonly loopDelayMaxMs: number;
  readonly memory: readonly MemorySample[];
  readonly size: StoreSize;
}

const MEMORY_POLL_MS = 500;

/** Sends the records to a server with default settings. */
export async function loadServer(load: Load, senderCount: number): Promise<ServerLoad> {
  const { records, count, batch, seconds, settleSeconds, dir } = load;
  const directory = temporaryDirectory(dir);
  const server = await startServerProcess(directory.path);
  const senders = startSenders();
  const { url, authorization } = server;
  const memory: MemorySample[] = [];
  await server.reset();
  const poll = setInterval(() => {
    const residentBytes = server.residentBytes();
    if (residentBytes !== undefined) {
      memory.push({ atMs: Date.now(), residentBytes });
    }
  }, MEMORY_POLL_MS);
  const sent = await senders.ask({
    url,
    authorization,
    records,
    first: 0,
    batch,
    bodies: Math.ceil(count / batch),
    senders: senderCount,
    seconds,
    inMemory: false,
  });
  clearInterval(poll);
  const { peakBytes, loopDelayMaxMs } = await server.figures();
  await server.stop();
  await senders.stop();
  const size = await measureStoreSize({ dataDir: directory.path, settleSeconds });
  directory.remove();
  const outcome = {
    system: 'fnlog',
    way: 'NDJSON over HTTP',
    batch,
    connections: senderCount,
    records: sent.records,
    seconds: sent.seconds,
    tookMs: tookMsOf(sent),
    memoryBytes: peakBytes,
    bytes: size.bytes,
  };
  return { outcome, sent, loopDelayMaxMs, memory, size };
}

/** Inserts the records over one connection into a plain table of the engine. */
export async function loadBareEngine(load: Load): Promise<ContenderOutcome> {
  const { records, count, batch, seconds, settleSeconds, dir } = load;
  const directory = temporaryDirectory(dir);
  const bare = await BareEngine.open(directory.path, records);
  bare.resetPeak();
  const bodies = Math.ceil(count / batch);
  const inserted = await bare.insert({ first: 0, batch, bodies, seconds, inMemory: false });
  const memoryBytes = bare.peakBytes();
  const { bytes } = await bare.size(settleSeconds);
  await bare.stop();
  directory.remove();
  return {
    system: 'bare engine',
    way: 'NDJSON in process',
    batch,
    connections: 1,
    ...inserted,
    memoryBytes,
    bytes,
  };
}
