// Whose a record is that was not taken, as far as it says so.

import type { UnstoredRecord } from '../domain/completeness.ts';
import { DEFAULT_NAMESPACE } from '../domain/invocation.ts';
import { TIME_US_MAX } from '../domain/rfc3339.ts';

export type RejectedRecord = UnstoredRecord & { readonly kind: 'rejected' };

const NAME_LENGTH_MAX = 256;

/** @param value what came in, whatever it is; undefined where it could not be read */
export function rejectedRecord(value: unknown, nowMs: number): RejectedRecord {
  const { namespace, functionName, startTime } = fieldsOf(value);
  return {
    namespace: nameOf(namespace) ?? DEFAULT_NAMESPACE,
    functionName: nameOf(functionName) ?? '',
    startTimeUs: timeOf(startTime) ?? nowMs * 1000,
    kind: 'rejected',
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= NAME_LENGTH_MAX
    ? value.toWellFormed()
    : undefined;
}

function timeOf(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : value;
  const us = typeof ms === 'number' ? Math.floor(ms * 1000) : Number.NaN;
  return us >= 0 && us < TIME_US_MAX ? us : undefined;
}
