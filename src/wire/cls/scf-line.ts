// The fields that SCF gives a line of its log in CLS, as they come: text, or numbers in text (vendor
// document 583/60336). The simplified log format leaves some of them out.

import { shownValue } from '../../domain/errors.ts';
import { DURATION_MS_MAX, INT32_MAX, NAME_CHARACTERS_MAX } from '../../domain/record-bounds.ts';
import { TIME_US_MAX } from '../../domain/rfc3339.ts';

export type ClsFields = Readonly<Record<string, unknown>>;

/** Why a line is no part of any run. */
export interface ClsFault {
  readonly field: string;
  readonly unreadable: string;
}

/** A line as SCF wrote it; what it leaves out, or leaves empty, is undefined. */
export interface ScfLine {
  readonly functionName: string;
  readonly namespace: string | undefined;
  readonly qualifier: string | undefined;
  readonly requestId: string;
  readonly retryNum: number;
  /** When it was written, in microseconds since 1970. */
  readonly timeUs: number;
  readonly startTimeUs: number | undefined;
  readonly durationUs: number | undefined;
  readonly memUsageBytes: number | undefined;
  /** 202 while the run goes on. */
  readonly statusCode: number | undefined;
  readonly message: string;
  /** Written by SCF itself, not by the function. */
  readonly isPlatform: boolean;
  /** Fields that are not SCF's own, and the alias. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Of the line or of CLS, not of the run. */
const LINE_FIELDS: ReadonlySet<string> = new Set(['SCF_Level', 'SCF_Type', 'SCF_Index']);
const META_FIELD = /^__\w+__(?:\.|$)/;
/** How CLS itself says when it took a line: exports and Kafka, a trigger's event, SearchLog. */
const CLS_TIMES = ['__TIMESTAMP__', 'timestamp', 'Time', 'time'];

const US_PER_MS = 1_000;
const NUMBER = /^\d{1,20}(?:\.\d{1,20})?$/;

/**
 * Units, where the document names none: SCF_StartTime is in ms and SCF_LogTime in ns in what SCF
 * writes (1653523171317 and 1653523171317573463), so times are told by their size. SCF_Duration is
 * in ms (583/60336). SCF_MemUsage is taken for bytes, as memUsage of GetFunctionLogs, which is read
 * out of the same log, and as the vendor's dashboards divide it by a million for MB.
 *
 * @param fields of one line
 * @param meta what CLS says around it
 * @returns the line, or the field at fault
 */
export function readScfLine(fields: ClsFields, meta: ClsFields): ScfLine | ClsFault {
  const reader = new LineReader(fields);
  const startTimeUs = reader.timeUs('SCF_StartTime');
  const timeUs = reader.timeUs('SCF_LogTime') ?? clsTimeUs(fields, meta) ?? startTimeUs;
  const line = {
    functionName: reader.required('SCF_FunctionName', reader.name('SCF_FunctionName'), ''),
    namespace: reader.name('SCF_Namespace'),
    qualifier: reader.name('SCF_Qualifier'),
    requestId: reader.required('SCF_RequestId', reader.name('SCF_RequestId'), ''),
    retryNum: reader.number('SCF_RetryNum', INT32_MAX) ?? 0,
    timeUs: reader.required('SCF_LogTime', timeUs, 0),
    startTimeUs,
    durationUs: reader.number('SCF_Duration', DURATION_MS_MAX, US_PER_MS),
    memUsageBytes: reader.number('SCF_MemUsage', Number.MAX_SAFE_INTEGER),
    statusCode: reader.number('SCF_StatusCode', INT32_MAX),
    message: reader.message(),
    isPlatform: fields['SCF_Type'] === 'Platform',
    extra: reader.rest(),
  };
  return reader.fault ?? line;
}

/** Microseconds since 1970 of a number of s, ms, µs or ns, told by its size: years up to 5138. */
export function epochUs(value: unknown): number | undefined {
  const count = typeof value === 'number' || isNumberText(value) ? Number(value) : Number.NaN;
  const perUnit = [
    { below: 1e11, us: 1e6 },
    { below: 1e14, us: 1e3 },
    { below: 1e17, us: 1 },
  ].find(({ below }) => count < below);
  // JSON's numbers do not hold so many ns: the nearest is the same for a number and for its text.
  const us = Math.round(perUnit === undefined ? count / 1000 : count * perUnit.us);
  return count >= 0 && us < TIME_US_MAX ? withoutSign(us) : undefined;
}

/** JSON has a zero below zero. */
function withoutSign(count: number): number {
  return count === 0 ? 0 : count;
}

function isNumberText(value: unknown): value is string {
  return typeof value === 'string' && NUMBER.test(value);
}

function clsTimeUs(fields: ClsFields, meta: ClsFields): number | undefined {
  const times = CLS_TIMES.flatMap((name) => [fields[name], meta[name]]);
  return times.map(epochUs).find((time) => time !== undefined && time > 0);
}

/** Reads fields by name, keeps the first complaint, and knows which fields nobody asked for. */
class LineReader {
  fault: ClsFault | undefined;
  readonly #fields: ClsFields;
  readonly #read = new Set<string>();

  constructor(fields: ClsFields) {
    this.#fields = fields;
  }

  required<Value>(field: string, value: Value | undefined, ifMissing: Value): Value {
    if (value === undefined) {
      this.#complain(field, 'is missing: lines that SCF writes into CLS have it');
    }
    return value ?? ifMissing;
  }

  name(field: string): string | undefined {
    const value = this.#take(field);
    // A version may come as a number.
    const text = typeof value === 'number' ? String(value) : value;
    if (text === undefined || (typeof text === 'string' && text.length <= NAME_CHARACTERS_MAX)) {
      return text?.toWellFormed();
    }
    return this.#complain(
      field,
      `must be text of 1 to ${NAME_CHARACTERS_MAX} characters, not ${shownValue(value)}`,
    );
  }

  /** @returns a whole number of units, `perUnit` in each of what the field counts */
  number(field: string, max: number, perUnit = 1): number | undefined {
    const value = this.#take(field);
    const count = typeof value === 'number' || isNumberText(value) ? Number(value) : Number.NaN;
    if (value === undefined || (count >= 0 && count <= max)) {
      return value === undefined ? undefined : withoutSign(Math.round(count * perUnit));
    }
    return this.#complain(field, `must be a number from 0 to ${max}, not ${shownValue(value)}`);
  }

  timeUs(field: string): number | undefined {
    const value = this.#take(field);
    const us = epochUs(value);
    // SCF writes 0 for a run that never began.
    if (value === undefined || us === 0) {
      return undefined;
    }
    return (
      us ??
      this.#complain(field, `must be a time since 1970, before 2200, not ${shownValue(value)}`)
    );
  }

  /** The text of the line; of one that has no message, its own fields as JSON. */
  message(): string {
    const value = this.#take('SCF_Message');
    if (value === undefined) {
      const rest = this.rest();
      return Object.keys(rest).length === 0 ? '' : JSON.stringify(rest);
    }
    const text = typeof value === 'string' ? value : (jsonText(value) ?? '');
    return text.toWellFormed().replace(/[\r\n]+$/, '');
  }

  /** @returns the fields of the run that no method above was asked for, each a plain value */
  rest(): Readonly<Record<string, unknown>> {
    const kept = Object.entries(this.#fields).filter(
      ([name, value]) => !this.#isKnown(name) && value !== '' && value !== null,
    );
    return Object.fromEntries(
      kept.map(([name, value]) => [name.toWellFormed(), this.#plain(name, value)]),
    );
  }

  #isKnown(name: string): boolean {
    return (
      this.#read.has(name) ||
      LINE_FIELDS.has(name) ||
      CLS_TIMES.includes(name) ||
      META_FIELD.test(name)
    );
  }

  #plain(name: string, value: unknown): unknown {
    if (typeof value === 'string') {
      return value.toWellFormed();
    }
    return typeof value === 'object'
      ? (jsonText(value)?.toWellFormed() ?? this.#complain(name, 'is nested too deep'))
      : value;
  }

  /** A field that is null or empty counts as left out. */
  #take(field: string): unknown {
    this.#read.add(field);
    const value = Object.hasOwn(this.#fields, field) ? this.#fields[field] : undefined;
    return value === null || value === '' ? undefined : value;
  }

  #complain(field: string, unreadable: string): undefined {
    this.fault ??= { field, unreadable };
    return undefined;
  }
}

/** @returns undefined for what is nested deeper than JSON.stringify can go */
function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
