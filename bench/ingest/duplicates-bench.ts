// What records that are sent again cost: loads in which a share of each body was sent before, one
// after the other with loads of new records only.

import { loadAzureWorkload } from '../azure-workload.ts';
import { describeLoad, describeMachine } from '../machine.ts';
import { median } from '../quantile.ts';
import { endProgress, type Report, showProgress, threeDigits } from '../report.ts';
import { buildServerProgram, startServerProcess } from '../server-process.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { drawRecordFile } from './record-file.ts';
import { type SendOutcome, startSenders } from './senders.ts';

/** Of each body, in quarters: nothing, a quarter, half, three quarters, all of it. */
const SHARES = [0, 0.25, 0.5, 0.75, 1];

export interface DuplicatesBenchOptions {
  readonly batch: number;
  readonly senders: number;
  /** Loads of each share. */
  readonly rounds: number;
  /** Records of each load. */
  readonly loadRecords: number;
  /** Where temporary data directories are made. */
  readonly dir: string;
}

interface Load {
  readonly share: number;
  readonly sent: SendOutcome;
}

/** Every load goes into a store that holds as many records as it brings. */
export async function runDuplicatesBench(options: DuplicatesBenchOptions): Promise<Report> {
  buildServerProgram();
  const { batch, senders, rounds, loadRecords, dir } = options;
  const drawn = temporaryDirectory(dir);
  await drawRecordFile(drawn.path, 3 * loadRecords);
  const loadBefore = describeLoad();
  const loads: Load[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const share of SHARES) {
      showProgress(`round ${round + 1} of ${rounds}: ${share * 100} % sent before`);
      loads.push({ share, sent: await measureLoad(share, options, drawn.path) });
    }
  }
  endProgress();
  drawn.remove();
  const machine = describeMachine();
  const loadAfter = describeLoad();
  const { origin } = loadAzureWorkload();
  return {
    notes: [
      `Machine: ${machine}; load average before ${loadBefore}, after ${loadAfter}.`,
      `Workload: ${origin}; ${senders} senders, ${batch.toLocaleString('en')} records a request, ${loadRecords.toLocaleString('en')} records a load into a store that holds as many; median of ${rounds} loads.`,
    ],
    columns: ['share sent before', 'found as duplicates', 'records/s', 'to new records only'],
    rows: SHARES.map((share) => rowOf(share, loads)),
    raw: { machine, origin, loadBefore, loadAfter, options, loads },
  };
}

async function measureLoad(
  share: number,
  { batch, senders: senderCount, loadRecords, dir }: DuplicatesBenchOptions,
  records: string,
): Promise<SendOutcome> {
  const directory = temporaryDirectory(dir);
  const server = await startServerProcess(directory.path);
  const senders = startSenders();
  const { url, authorization } = server;
  const bodies = Math.ceil(loadRecords / batch);
  const same = { url, authorization, records, batch, senders: senderCount, seconds: 3_600 };
  await senders.ask({ ...same, first: 0, bodies, inMemory: false });
  const sent = await senders.ask({
    ...same,
    // Each body begins in the one before it; where all of it was sent before, in what is stored.
    first: share === 1 ? 0 : loadRecords,
    advance: share === 1 ? batch : Math.round(batch * (1 - share)),
    mayRepeat: share > 0,
    bodies,
    inMemory: true,
  });
  await server.stop();
  await senders.stop();
  directory.remove();
  return sent;
}

function rowOf(share: number, loads: readonly Load[]): string[] {
  const rateOf = (wanted: number) =>
    median(
      loads
        .filter((load) => load.share === wanted)
        .map(({ sent: { records, seconds } }) => records / seconds),
    );
  const ofShare = loads.filter((load) => load.share === share);
  const duplicates = ofShare.reduce((sum, { sent }) => sum + sent.duplicates, 0);
  const records = ofShare.reduce((sum, { sent }) => sum + sent.records, 0);
  return [
    `${share * 100} %`,
    `${threeDigits((100 * duplicates) / records)} %`,
    threeDigits(rateOf(share)),
    threeDigits(rateOf(share) / rateOf(0)),
  ];
}
