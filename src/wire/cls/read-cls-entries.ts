// The shapes in which CLS hands out log lines, each unwrapped to the fields of single lines.

import type { Candidate } from '../../domain/candidate.ts';
import { shownValue } from '../../domain/errors.ts';
import { skipJsonSpace } from '../json-documents.ts';
import { decodeInvocations } from '../native/decode-invocations.ts';
import type { SourceOptions } from '../source-options.ts';
import type { ClsFields } from './scf-line.ts';

export type ClsEntry =
  | {
      /** 1-based: counts the lines of the request, those in one envelope too. */
      readonly line: number;
      readonly fields: ClsFields;
      /** What CLS says around the fields; the fields themselves where they stand bare. */
      readonly meta: ClsFields;
      /** Roughly its size on the wire. */
      readonly bytes: number;
    }
  | { readonly line: number; readonly unreadable: string };

type Unwrapped = Pick<Extract<ClsEntry, { fields: unknown }>, 'fields' | 'meta'> | string;

/** Text that holds the fields as JSON: a trigger or the first API, an export, SearchLog. */
const CONTENT_FIELDS = ['content', '__CONTENT__', 'LogJson'];
/** Lists in texts in lists; what CLS gives has half as many. */
const NESTING_MAX = 12;
const BRACE_OPEN = 0x7b;
const NEWLINE = 0x0a;

/** @param bytes JSON: one value a line, an array, or one document of several lines */
export function* readClsEntries(
  bytes: Buffer,
  options: Pick<SourceOptions, 'recordBytesMax'>,
): Generator<ClsEntry> {
  let line = 0;
  for (const candidate of valuesOf(bytes, options)) {
    if ('unreadable' in candidate) {
      line += 1;
      yield { line, unreadable: candidate.unreadable };
      continue;
    }
    const found = [...unwrapped(candidate.value, NESTING_MAX)];
    const size = candidate.bytes / Math.max(found.length, 1);
    for (const one of found) {
      line += 1;
      yield typeof one === 'string'
        ? { line, unreadable: one }
        : { line, ...one, bytes: Math.ceil(size) };
    }
  }
}

/** One document of several lines is one value; all else is what the native API takes too. */
function* valuesOf(
  bytes: Buffer,
  options: Pick<SourceOptions, 'recordBytesMax'>,
): Generator<Candidate> {
  const begin = skipJsonSpace(bytes, 0);
  const end = bytes.indexOf(NEWLINE, begin);
  const isObject = bytes[begin] === BRACE_OPEN;
  if (isObject && end !== -1 && parsed(bytes.toString('utf8', begin, end)) === undefined) {
    const value = parsed(bytes.toString('utf8', begin));
    if (value !== undefined) {
      yield { line: 1, value, bytes: bytes.length };
      return;
    }
  }
  yield* decodeInvocations(bytes, options);
}

/** @returns lines, or why there is none */
function* unwrapped(value: unknown, levels: number): Generator<Unwrapped> {
  if (levels === 0) {
    yield 'is nested too deep to be a log line';
  } else if (Array.isArray(value)) {
    for (const element of value) {
      yield* unwrapped(element, levels - 1);
    }
  } else if (typeof value === 'string') {
    const inner = parsed(value);
    yield* inner === undefined ? [notObject(value)] : unwrapped(inner, levels - 1);
  } else if (isFields(value)) {
    yield* unwrappedObject(value, levels);
  } else {
    yield notObject(value);
  }
}

function* unwrappedObject(value: ClsFields, levels: number): Generator<Unwrapped> {
  if ('SCF_RequestId' in value) {
    yield { fields: value, meta: value };
    return;
  }
  const list = listIn(value);
  yield* list === undefined ? [lineOf(value)] : unwrapped(list, levels - 1);
}

/** The lines of a trigger's event, unzipped, and of a reply to SearchLog. */
function listIn(value: ClsFields): unknown[] | undefined {
  const reply = isFields(value['Response']) ? value['Response'] : value;
  return [value['records'], reply['Results'], reply['results']].find(Array.isArray);
}

function lineOf(value: ClsFields): Unwrapped {
  for (const name of CONTENT_FIELDS) {
    const content = value[name];
    const fields = typeof content === 'string' ? parsed(content) : content;
    if (isFields(fields)) {
      return { fields, meta: value };
    }
  }
  return { fields: value, meta: value };
}

function notObject(value: unknown): string {
  return `must be a JSON object with the fields of a log line, not ${shownValue(value)}`;
}

/** Undefined where the text is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is ClsFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
