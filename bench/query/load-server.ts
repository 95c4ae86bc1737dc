// The workload into a server's store, drawn beforehand, and the model of it.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadAzureWorkload, type WorkloadRecord } from '../azure-workload.ts';
import { drawRecordFile } from '../ingest/record-file.ts';
import { startSenders } from '../ingest/senders.ts';
import { showProgress } from '../report.ts';
import { startServerProcess } from '../server-process.ts';
import { ARRIVAL_SECONDS_MAX, type QueryBenchOptions } from './findings.ts';
import type { WorkloadModel } from './workload-model.ts';

export interface Loaded {
  readonly recordsPerSecond: number;
  /** Where records are that were drawn and not loaded: of a record file those from `first` on. */
  readonly arriving: { readonly records: string; readonly first: number };
}

interface LoadOptions {
  /** An empty directory for record files. */
  readonly drawn: string;
  /** Learns of every record that is loaded. */
  readonly model: WorkloadModel;
  readonly options: Pick<QueryBenchOptions, 'records' | 'ingestRate' | 'peers'>;
}

const LOAD_BATCH = 20_000;
/** Without other systems, which take one file, no more than this lies drawn beside the store. */
const FILE_RECORDS_MAX = 5_000_000;

/** Loads by one sender, so that the order of ingest is that of the workload. */
export async function loadServer(dataDir: string, load: LoadOptions): Promise<Loaded> {
  const { records: count, ingestRate, peers } = load.options;
  const batch = Math.min(LOAD_BATCH, count);
  if (count % batch !== 0) {
    throw new RangeError(`records must be a multiple of ${batch}`);
  }
  const all = count + ingestRate * ARRIVAL_SECONDS_MAX;
  const records = loadAzureWorkload().records(all);
  const server = await startServerProcess(dataDir);
  const senders = startSenders();
  const { url, authorization } = server;
  let seconds = 0;
  let arriving: Loaded['arriving'] | undefined;
  for (let at = 0; at < count; ) {
    const inFile = Math.min(count - at, peers.length === 0 ? FILE_RECORDS_MAX : count);
    if (arriving !== undefined) {
      rmSync(arriving.records, { recursive: true });
    }
    arriving = { records: join(load.drawn, `from-${at}`), first: inFile };
    mkdirSync(arriving.records);
    const extra = at + inFile === count ? all - count : 0;
    await draw(arriving.records, inFile + extra, load.model, records);
    at += inFile;
    showProgress(`loading up to ${at.toLocaleString('en')}`);
    const sent = await senders.ask({
      ...{ url, authorization, records: arriving.records, first: 0 },
      batch,
      bodies: inFile / batch,
      senders: 1,
      seconds: Number.MAX_SAFE_INTEGER,
      inMemory: false,
    });
    seconds += sent.seconds;
  }
  await senders.stop();
  await server.stop();
  if (arriving === undefined) {
    throw new RangeError('there is nothing to load');
  }
  return { recordsPerSecond: count / seconds, arriving };
}

async function draw(
  directory: string,
  count: number,
  model: WorkloadModel,
  records: Iterator<WorkloadRecord>,
): Promise<void> {
  await drawRecordFile(
    directory,
    count,
    (record) => {
      if (!model.isFull) {
        model.add(record);
      }
    },
    records,
  );
}
