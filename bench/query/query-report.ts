// The matrix as a table: what each question took, and where it misses a goal or another system is
// faster.

import { loadAzureWorkload } from '../azure-workload.ts';
import { describeLoad, describeMachine } from '../machine.ts';
import { quantile } from '../quantile.ts';
import { megabytes, type Report, type Table, threeDigits } from '../report.ts';
import type { Cell } from './cells.ts';
import {
  ARRIVALS_A_SECOND,
  type CellTimes,
  type QueryBenchOptions,
  type ServerFindings,
} from './findings.ts';
import type { PeerResult } from './query-peers.ts';
import type { WorkloadModel } from './workload-model.ts';

interface Findings {
  readonly options: QueryBenchOptions;
  readonly model: WorkloadModel;
  readonly cells: readonly Cell[];
  readonly fnlog: ServerFindings;
  readonly peers: readonly PeerResult[];
  readonly loadBefore: string;
}

export function queryReport(findings: Findings): Report {
  const { options, model, cells, fnlog, peers, loadBefore } = findings;
  const machine = describeMachine(fnlog.size.engineVersion);
  const { origin } = loadAzureWorkload();
  const asked = peers.filter((one) => 'p50Ms' in one);
  return {
    notes: [
      `Machine: ${machine}; load average before ${loadBefore}, after ${describeLoad()}.`,
      `Workload: ${origin}; ${model.length.toLocaleString('en')} records of ${model.names.length} functions; a store of ${fnlog.size.parts} parts.`,
      `Over HTTP to a server with default settings, one question after the other; ${options.runs} runs of each, for pages 1, 2, 3 … of the same question, so that no row is read twice. A question that reads nothing takes ${threeDigits(fnlog.floorMs)} ms.`,
      `Arriving meanwhile: ${options.ingestRate.toLocaleString('en')} records/s in ${ARRIVALS_A_SECOND} requests.`,
      `Every answer was checked against a computation over the workload, but for those of fnlog while records arrived. Others: count and page one after the other in their own process, ${options.peerRuns} runs, the middle one, fewer where they take more than 5 s; equal keys in any order.`,
      ...asked
        .filter(({ p50Ms }) => p50Ms.length < cells.length)
        .map(
          ({ peer, p50Ms }) =>
            `${peer} was asked ${p50Ms.length} of ${cells.length} questions: its ${options.peerMinutes} minutes were over.`,
        ),
      ...peers.flatMap((one) =>
        'missing' in one ? [`${one.peer} is left out: ${one.missing}.`] : [],
      ),
    ],
    columns: [
      ...['filter', 'order', 'p50 ms', 'p99 ms', 'p50 arriving', 'p99 arriving'],
      ...asked.map(({ peer }) => peer),
      'missed or behind',
    ],
    rows: cells.map((cell, index) => rowOf(cell, index, fnlog.times[index], asked)),
    further: [storeTable(fnlog, model.length, asked)],
    raw: { machine, origin, options, fnlog, peers, cells },
  };
}

type Asked = Extract<PeerResult, { p50Ms: unknown }>;

function rowOf(
  { filter, orderBy, order, offset, goal }: Cell,
  index: number,
  times: CellTimes | undefined,
  peers: readonly Asked[],
): string[] {
  const { quietMs = [], busyMs = [] } = times ?? {};
  const [p50, p99] = [quantile(quietMs, 0.5), quantile(quietMs, 0.99)];
  const [busyP50, busyP99] = [quantile(busyMs, 0.5), quantile(busyMs, 0.99)];
  const missed = [
    ...(p50 > (goal.p50Ms ?? Number.POSITIVE_INFINITY) ? ['p50'] : []),
    ...(p99 > (goal.p99Ms ?? Number.POSITIVE_INFINITY) ? ['p99'] : []),
    ...(busyP50 > (goal.p50Ms ?? Number.POSITIVE_INFINITY) ? ['p50 arriving'] : []),
    ...(busyP99 > (goal.p99Ms ?? Number.POSITIVE_INFINITY) ? ['p99 arriving'] : []),
    ...peers
      .filter(({ p50Ms }) => (p50Ms[index] ?? Number.POSITIVE_INFINITY) < p50)
      .map(({ peer }) => `behind ${peer}`),
  ];
  const deep = offset === 0 ? '' : ` from ${offset.toLocaleString('en')}`;
  return [
    filter,
    `${orderBy} ${order}${deep}`,
    ...[p50, p99, busyP50, busyP99].map(threeDigits),
    ...peers.map(({ p50Ms }) => threeDigits(p50Ms[index] ?? Number.NaN)),
    missed.join(', '),
  ];
}

function storeTable(
  { size, recordsPerSecond, quietPeakBytes, busyPeakBytes }: ServerFindings,
  records: number,
  peers: readonly Asked[],
): Table {
  return {
    title: 'Loading and keeping',
    columns: ['system', 'load, records/s', 'bytes on disk a record', 'memory, MB'],
    rows: [
      [
        'fnlog',
        threeDigits(recordsPerSecond),
        threeDigits(size.bytes / records),
        `${megabytes(quietPeakBytes)} quiet, ${megabytes(busyPeakBytes)} arriving`,
      ],
      ...peers.map((one) => [
        `${one.peer} ${one.version}`,
        threeDigits(one.recordsPerSecond),
        threeDigits(one.bytesPerRecord),
        megabytes(one.memoryBytes),
      ]),
    ],
  };
}
