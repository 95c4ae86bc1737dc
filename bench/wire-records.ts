// The workload's records as a sender puts them on the wire, and as the store's writer takes them.

import type { Invocation } from '../src/domain/invocation.ts';
import { ingestLimitsDefault } from '../src/domain/limits.ts';
import { parseInvocation } from '../src/ingest/parse-invocation.ts';
import type { WorkloadRecord } from './azure-workload.ts';

/** @returns a record as one line of NDJSON, without its end */
export function wireLineOf(record: WorkloadRecord): string {
  return JSON.stringify(wireRecordOf(record));
}

/** @returns the next record as the ingest path would hand it to the writer */
export function nextInvocation(records: Iterator<WorkloadRecord>): Invocation {
  const { logBytesMax } = ingestLimitsDefault;
  const parsed = parseInvocation(wireRecordOf(nextRecord(records)), { logBytesMax });
  if (!parsed.ok) {
    throw new Error(`the workload made a bad record: ${parsed.reason.field}`);
  }
  return parsed.invocation;
}

function nextRecord(records: Iterator<WorkloadRecord>): WorkloadRecord {
  const { value, done } = records.next();
  if (done === true) {
    throw new RangeError('the workload has no more records');
  }
  return value;
}

function wireRecordOf({ startTimeUs, durationUs, ...same }: WorkloadRecord) {
  const seconds = new Date(Math.floor(startTimeUs / 1_000_000) * 1000).toISOString().slice(0, 19);
  const fraction = String(startTimeUs % 1_000_000).padStart(6, '0');
  return { ...same, startTime: `${seconds}.${fraction}Z`, duration: durationUs / 1000 };
}
