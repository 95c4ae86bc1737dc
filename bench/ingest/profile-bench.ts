// Where the thread of the event loop spends its time while records come in: the functions with the
// most time of their own, and the same by file. Time in the engine's threads is not in it.

import type { Profiler } from 'node:inspector';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeLoad, describeMachine } from '../machine.ts';
import { endProgress, type Report, showProgress, threeDigits } from '../report.ts';
import { buildServerProgram, startServerProcess } from '../server-process.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { drawRecordFile } from './record-file.ts';
import { startSenders } from './senders.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const RECORDS_PER_SECOND_MAX = 100_000;
const FUNCTIONS_SHOWN = 25;
const FILES_SHOWN = 15;
const NATIVE = '(native code, garbage collection)';
/** Waiting, and the profiler's own start. */
const NO_WORK = ['(idle)', 'dispatch'];

export interface ProfileBenchOptions {
  readonly batch: number;
  readonly senders: number;
  readonly seconds: number;
  /** Where the temporary data directory is made. */
  readonly dir: string;
}

/** Sends to a fresh server for so long, and says where its time went. */
export async function runProfileBench(options: ProfileBenchOptions): Promise<Report> {
  buildServerProgram();
  const { batch, senders: senderCount, seconds, dir } = options;
  const drawn = temporaryDirectory(dir);
  const directory = temporaryDirectory(dir);
  const bodies = Math.max(senderCount, Math.ceil((RECORDS_PER_SECOND_MAX * seconds) / batch));
  await drawRecordFile(drawn.path, bodies * batch);
  const server = await startServerProcess(directory.path);
  const senders = startSenders();
  const { url, authorization } = server;
  showProgress(`profiling: batches of ${batch}, ${senderCount} senders`);
  await server.startProfile();
  const sent = await senders.ask({
    url,
    authorization,
    records: drawn.path,
    first: 0,
    batch,
    bodies,
    senders: senderCount,
    seconds,
    inMemory: true,
  });
  const profile = await server.stopProfile();
  await server.stop();
  await senders.stop();
  directory.remove();
  drawn.remove();
  endProgress();
  const times = selfTimesOf(profile);
  const busy = times.reduce((sum, { us }) => sum + us, 0) / 1_000_000 / sent.seconds;
  const notes = [
    `Machine: ${describeMachine()}; load average after ${describeLoad()}.`,
    `Batches of ${batch.toLocaleString('en')} from ${senderCount} senders into an empty store: ${threeDigits(sent.records / sent.seconds)} records/s under the profiler; the thread of the event loop was busy for ${threeDigits(100 * busy)} % of the time.`,
  ];
  return reportOf(times, notes, profile);
}

interface SelfTime {
  readonly place: string;
  readonly file: string;
  readonly us: number;
}

function reportOf(
  times: readonly SelfTime[],
  notes: readonly string[],
  raw: Profiler.Profile,
): Report {
  const totalUs = times.reduce((sum, { us }) => sum + us, 0);
  const rowsOf = (keyOf: (time: SelfTime) => string, shown: number) =>
    [...summed(times, keyOf)]
      .sort((a, b) => b[1] - a[1])
      .slice(0, shown)
      .map(([key, us]) => [key, threeDigits(us / 1000), threeDigits((100 * us) / totalUs)]);
  return {
    notes,
    title: 'By function',
    columns: ['function', 'own time, ms', '%'],
    rows: rowsOf(({ place }) => place, FUNCTIONS_SHOWN),
    further: [
      {
        title: 'By file',
        columns: ['file', 'own time, ms', '%'],
        rows: rowsOf(({ file }) => file, FILES_SHOWN),
      },
    ],
    raw,
  };
}

function summed(times: readonly SelfTime[], keyOf: (time: SelfTime) => string) {
  const sums = new Map<string, number>();
  for (const time of times) {
    const key = keyOf(time);
    sums.set(key, (sums.get(key) ?? 0) + time.us);
  }
  return sums;
}

function selfTimesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): SelfTime[] {
  const usById = new Map<number, number>();
  samples.forEach((id, index) => {
    usById.set(id, (usById.get(id) ?? 0) + (timeDeltas[index] ?? 0));
  });
  const working = nodes.filter(({ callFrame: { functionName, url } }) => {
    return url !== '' || !NO_WORK.includes(functionName);
  });
  return working.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
    const name = functionName === '' ? '(without a name)' : functionName;
    const file = fileOf(url);
    const place = file === NATIVE ? name : `${name} (${file}:${lineNumber + 1})`;
    return { place, file, us: usById.get(id) ?? 0 };
  });
}

/** Within the project, or within node_modules. */
function fileOf(url: string): string {
  if (url === '') {
    return NATIVE;
  }
  const path = url.startsWith('file:') ? relative(ROOT, fileURLToPath(url)) : url;
  return path.replace(/^.*node_modules\//, '').replace(ROOT, '');
}
