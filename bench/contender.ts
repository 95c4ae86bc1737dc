// What is measured side by side: a system, the way records go into it, and what came of it.

import { quantile } from './quantile.ts';
import { megabytes, type Table, threeDigits } from './report.ts';

export interface Contender {
  readonly system: string;
  /** How records go in, in a word or two. */
  readonly way: string;
  /** Records in each request, insert or transaction. */
  readonly batch: number;
  readonly connections: number;
}

export interface ContenderOutcome extends Contender {
  readonly records: number;
  readonly seconds: number;
  /** One for each batch: until it was durable. */
  readonly tookMs: readonly number[];
  /** Undefined where the system does not tell. */
  readonly memoryBytes: number | undefined;
  /** On disk, all of it; undefined where it was not asked. */
  readonly bytes: number | undefined;
}

export function contenderTable(title: string, outcomes: readonly ContenderOutcome[]): Table {
  return {
    title,
    columns: [
      'system',
      'way in',
      'batch',
      'connections',
      'records',
      'records/s',
      'p50 ms',
      'p99 ms',
      'memory, MB',
      'bytes on disk a record',
    ],
    rows: outcomes.map((one) => [
      one.system,
      one.way,
      one.batch.toLocaleString('en'),
      String(one.connections),
      one.records.toLocaleString('en'),
      threeDigits(one.records / one.seconds),
      threeDigits(quantile(one.tookMs, 0.5)),
      threeDigits(quantile(one.tookMs, 0.99)),
      megabytes(one.memoryBytes),
      threeDigits((one.bytes ?? Number.NaN) / one.records),
    ]),
  };
}
