// From an untrusted JSON value to a record, or to the reason why it is none. The native wire
// shape; decoders of other sources build the same record their own way.

import { shownValue } from '../domain/errors.ts';
import {
  billDurationMsOf,
  DEFAULT_NAMESPACE,
  DEFAULT_QUALIFIER,
  type Invocation,
  RET_CODE_RUNNING,
} from '../domain/invocation.ts';
import type { Rejection } from '../domain/receipt.ts';
import {
  DURATION_MS_MAX,
  INT32_MAX,
  isDeeperThan,
  NAME_CHARACTERS_MAX,
  NESTING_MAX,
} from '../domain/record-bounds.ts';
import { parseRfc3339Us, TIME_US_MAX } from '../domain/rfc3339.ts';
import { statusCodeOf } from '../domain/status-code.ts';
import { type CutText, cutText } from './cut-text.ts';

/** A rejection before its line is known. */
type Reason = Omit<Rejection, 'line'>;

export type ParseResult =
  | {
      readonly ok: true;
      readonly invocation: Invocation;
      /** How much of its log was cut here. */
      readonly cutBytes: number;
    }
  | { readonly ok: false; readonly reason: Reason };

export interface ParseOptions {
  /** Longer logs are cut at a character boundary and marked. */
  readonly logBytesMax: number;
}

/** What answers add to a record: it means nothing when the record comes back in. */
const DERIVED_FIELDS = ['runStatus', 'lastHeard'];
const US_PER_MS = 1_000;

/**
 * @param value one element of what a caller sent
 * @returns the record with every default filled in, or the field at fault and why
 */
export function parseInvocation(value: unknown, { logBytesMax }: ParseOptions): ParseResult {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return rejected('', `a record must be a JSON object, not ${shownValue(value)}`);
  }
  const record = value as Record<string, unknown>;
  const deep = Object.keys(record).find((field) => isDeeperThan(NESTING_MAX, record[field]));
  if (deep !== undefined) {
    return rejected(deep, `is nested over ${NESTING_MAX} levels deep`);
  }
  const fields = new FieldReader(record);
  const log = cutText(fields.text('log') ?? '', logBytesMax);
  const invocation = readInvocation(fields, log);
  return fields.reason === undefined
    ? { ok: true, invocation, cutBytes: log.cutBytes }
    : { ok: false, reason: fields.reason };
}

function readInvocation(fields: FieldReader, log: CutText): Invocation {
  const durationUs = fields.durationUs('duration') ?? 0;
  const retCode = fields.integer('retCode', -INT32_MAX, INT32_MAX);
  const finished = fields.flag('invokeFinished');
  // A record with neither is of a finished run; one with either decides the other.
  const invokeFinished = finished ?? retCode !== RET_CODE_RUNNING;
  const outcome = retCode ?? (invokeFinished ? 0 : RET_CODE_RUNNING);
  return {
    namespace: fields.name('namespace') ?? DEFAULT_NAMESPACE,
    functionName: fields.required('functionName', fields.name('functionName')) ?? '',
    qualifier: fields.name('qualifier') ?? DEFAULT_QUALIFIER,
    requestId: fields.required('requestId', fields.name('requestId')) ?? '',
    retryNum: fields.integer('retryNum', 0, INT32_MAX) ?? 0,
    startTimeUs: fields.required('startTime', fields.startTimeUs('startTime')) ?? 0,
    durationUs,
    billDurationMs:
      fields.integer('billDuration', 0, DURATION_MS_MAX) ?? billDurationMsOf(durationUs),
    memUsageBytes: fields.size('memUsage'),
    memoryLimitBytes: fields.size('memoryLimit'),
    timeLimitMs: fields.integer('timeLimit', 0, DURATION_MS_MAX) ?? 0,
    initDurationUs: fields.durationUs('initDuration') ?? null,
    retCode: outcome,
    statusCode: fields.integer('statusCode', 0, INT32_MAX) ?? statusCodeOf(outcome),
    invokeFinished,
    retMsg: fields.text('retMsg') ?? '',
    log: log.text,
    logCutBytes: log.cutBytes + fields.size('logCutBytes'),
    traceId: fields.text('traceId') ?? '',
    source: fields.text('source') ?? '',
    extra: fields.unread(),
  };
}

function rejected(field: string, reason: string): ParseResult {
  return { ok: false, reason: { field, reason } };
}

/** Reads fields by name, keeps the first complaint, and knows which fields nobody asked for. */
class FieldReader {
  reason: Reason | undefined;
  readonly #record: Record<string, unknown>;
  readonly #read = new Set<string>(DERIVED_FIELDS);

  constructor(record: Record<string, unknown>) {
    this.#record = record;
  }

  /** A number of bytes; 0 where it is left out. */
  size(field: string): number {
    return this.integer(field, 0, Number.MAX_SAFE_INTEGER) ?? 0;
  }

  required<Value>(field: string, value: Value | undefined): Value | undefined {
    if (value === undefined) {
      this.#complain(field, 'is missing; functionName, requestId and startTime must be given');
    }
    return value;
  }

  text(field: string): string | undefined {
    const value = this.#take(field);
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== 'string') {
      return this.#complain(field, `must be a string, not ${shownValue(value)}`);
    }
    // Half a surrogate pair has no UTF-8 and cannot be stored.
    return value.toWellFormed();
  }

  name(field: string): string | undefined {
    const value = this.text(field);
    if (value === '' || (value?.length ?? 0) > NAME_CHARACTERS_MAX) {
      return this.#complain(
        field,
        `must have 1 to ${NAME_CHARACTERS_MAX} characters, not ${value?.length}`,
      );
    }
    return value;
  }

  integer(field: string, min: number, max: number): number | undefined {
    const value = this.#take(field);
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max) {
      return this.#complain(
        field,
        `must be a whole number from ${min} to ${max}, not ${shownValue(value)}`,
      );
    }
    return value;
  }

  durationUs(field: string): number | undefined {
    const value = this.#take(field);
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== 'number' || !(value >= 0 && value <= DURATION_MS_MAX)) {
      return this.#complain(
        field,
        `must be milliseconds from 0 to ${DURATION_MS_MAX}, not ${shownValue(value)}`,
      );
    }
    return Math.round(value * US_PER_MS);
  }

  flag(field: string): boolean | undefined {
    const value = this.#take(field);
    switch (value) {
      case undefined:
        return undefined;
      case true:
      case 1:
        return true;
      case false:
      case 0:
        return false;
      default:
        return this.#complain(field, `must be true, false, 1 or 0, not ${shownValue(value)}`);
    }
  }

  startTimeUs(field: string): number | undefined {
    const value = this.#take(field);
    if (value === undefined) {
      return undefined;
    }
    const us = timeUsOf(value);
    return (
      us ??
      this.#complain(
        field,
        `must be RFC 3339 with a zone (2026-01-31T12:00:00.123456Z) or milliseconds since 1970, between 1970 and 2200, not ${shownValue(value)}`,
      )
    );
  }

  /** @returns the fields that no method above was asked for */
  unread(): Record<string, unknown> {
    const rest = Object.entries(this.#record).filter(([field]) => !this.#read.has(field));
    return rest.length === 0 ? {} : wellFormed(Object.fromEntries(rest));
  }

  /** A field that is null counts as left out. */
  #take(field: string): unknown {
    this.#read.add(field);
    return Object.hasOwn(this.#record, field) ? (this.#record[field] ?? undefined) : undefined;
  }

  #complain(field: string, reason: string): undefined {
    this.reason ??= { field, reason };
    return undefined;
  }
}

/** RFC 3339 text, or milliseconds since 1970 with a fraction. */
function timeUsOf(value: unknown): number | undefined {
  if (typeof value === 'string') {
    return parseRfc3339Us(value);
  }
  const us = typeof value === 'number' ? Math.round(value * US_PER_MS) : Number.NaN;
  return us >= 0 && us < TIME_US_MAX ? us : undefined;
}

function wellFormed(extra: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(extra);
  // JSON.stringify writes half a surrogate pair as an escape, which the engine refuses in turn.
  return /\\ud[89a-f]/i.test(text)
    ? (JSON.parse(text, (_key, value) =>
        typeof value === 'string' ? value.toWellFormed() : value,
      ) as Record<string, unknown>)
    : extra;
}
