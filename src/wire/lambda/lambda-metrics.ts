// The figures of a run, as platform.report, platform.runtimeDone and the REPORT line give them.
// Names and units: Lambda Telemetry API, ReportMetrics and RuntimeDoneMetrics.

import { shownValue } from '../../domain/errors.ts';
import type { RunFacts } from '../../domain/fragment.ts';
import { DURATION_MS_MAX } from '../../domain/record-bounds.ts';

/** Why an event is no part of any run. */
export interface Fault {
  readonly field: string;
  readonly unreadable: string;
}

interface Metric {
  readonly max: number;
  readonly fact: (value: number) => RunFacts;
}

const MIB = 1024 * 1024;
const MB_MAX = Math.floor(Number.MAX_SAFE_INTEGER / MIB);

const metrics: ReadonlyMap<string, Metric> = new Map([
  ['durationMs', { max: DURATION_MS_MAX, fact: (ms) => ({ durationUs: Math.round(ms * 1000) }) }],
  ['billedDurationMs', { max: DURATION_MS_MAX, fact: (ms) => ({ billDurationMs: Math.ceil(ms) }) }],
  [
    'initDurationMs',
    { max: DURATION_MS_MAX, fact: (ms) => ({ initDurationUs: Math.round(ms * 1000) }) },
  ],
  [
    'restoreDurationMs',
    { max: DURATION_MS_MAX, fact: (ms) => ({ extra: { restoreDuration: ms } }) },
  ],
  ['memorySizeMB', { max: MB_MAX, fact: (mb) => ({ memoryLimitBytes: bytesOf(mb) }) }],
  ['maxMemoryUsedMB', { max: MB_MAX, fact: (mb) => ({ memUsageBytes: bytesOf(mb) }) }],
  [
    'producedBytes',
    { max: Number.MAX_SAFE_INTEGER, fact: (bytes) => ({ extra: { producedBytes: bytes } }) },
  ],
]);

/** The names of the figures on the text lines REPORT, INIT_REPORT and RESTORE_REPORT. */
export const metricOfLabel: ReadonlyMap<string, string> = new Map([
  ['Duration', 'durationMs'],
  ['Billed Duration', 'billedDurationMs'],
  ['Init Duration', 'initDurationMs'],
  ['Restore Duration', 'restoreDurationMs'],
  ['Memory Size', 'memorySizeMB'],
  ['Max Memory Used', 'maxMemoryUsedMB'],
]);

/**
 * @param given figures by their names in the Telemetry API; what has another name is passed over
 * @returns what they say of the run, or the first figure that is none
 */
export function factsOfMetrics(given: Readonly<Record<string, unknown>>): RunFacts | Fault {
  let facts: RunFacts = {};
  for (const [name, { max, fact }] of metrics) {
    const value = Object.hasOwn(given, name) ? (given[name] ?? undefined) : undefined;
    if (value === undefined) {
      continue;
    }
    if (typeof value !== 'number' || !(value >= 0 && value <= max)) {
      const unreadable = `must be a number from 0 to ${max}, not ${shownValue(value)}`;
      return { field: `record.metrics.${name}`, unreadable };
    }
    facts = mergeFacts(facts, fact(value));
  }
  return facts;
}

/** @returns both; where both say something, what `more` says */
export function mergeFacts(facts: RunFacts, more: RunFacts): RunFacts {
  if (Object.keys(more).length === 0) {
    return facts;
  }
  const extra = { ...facts.extra, ...more.extra };
  return { ...facts, ...more, ...(Object.keys(extra).length === 0 ? {} : { extra }) };
}

function bytesOf(mb: number): number {
  return Math.round(mb * MIB);
}
