// The body of POST /api/v1/invocations: NDJSON, or a JSON array, as single candidates. What stands
// in one of them never spoils the others.

import { isUtf8 } from 'node:buffer';
import type { Candidate, UnreadCandidate } from '../../domain/candidate.ts';
import type { InvocationBlock } from '../../domain/invocation-block.ts';
import { skipJsonSpace } from '../json-documents.ts';
import { RecordScanner } from './scan-record.ts';

export interface DecodeOptions {
  /** A longer element is not read. */
  readonly recordBytesMax: number;
}

export interface ScanOptions extends DecodeOptions {
  /** A longer log has to be cut, and is read the careful way. */
  readonly logBytesMax: number;
}

/** Some editors put it before UTF-8. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const NEWLINE = 0x0a;
const BRACKET_OPEN = 0x5b;
const BRACKET_CLOSE = 0x5d;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

interface Slice {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  /** An array's element that is followed by neither comma nor bracket. */
  readonly isLastOfOpenArray?: boolean;
}

/**
 * @param bytes the body after decompression
 * @returns its elements one by one; blank lines and empty arrays give none
 */
export function* decodeInvocations(bytes: Buffer, options: DecodeOptions): Generator<Candidate> {
  const body = withoutMark(bytes);
  const allUtf8 = isUtf8(body);
  for (const slice of slicesOf(body)) {
    yield* readAll(body, slice, { ...options, allUtf8 });
  }
}

/**
 * The same elements, to be put into columns without making objects of them.
 *
 * @param bytes the body after decompression; it has to stay as it is until all are read
 */
export function* scanInvocations(
  bytes: Buffer,
  options: ScanOptions,
): Generator<Candidate | UnreadCandidate> {
  const body = withoutMark(bytes);
  const allUtf8 = isUtf8(body);
  const scanner = new RecordScanner(options);
  for (const slice of slicesOf(body)) {
    const { from, to, isLastOfOpenArray } = slice;
    if (!allUtf8 || isLastOfOpenArray || to - from > options.recordBytesMax) {
      yield* readAll(body, slice, { ...options, allUtf8 });
    } else {
      yield new UnreadSlice(body, slice, scanner);
    }
  }
}

/** One element in a body that is UTF-8 as a whole. */
class UnreadSlice implements UnreadCandidate {
  readonly #body: Buffer;
  readonly #slice: Slice;
  readonly #scanner: RecordScanner;

  constructor(body: Buffer, slice: Slice, scanner: RecordScanner) {
    this.#body = body;
    this.#slice = slice;
    this.#scanner = scanner;
  }

  get line(): number {
    return this.#slice.line;
  }

  scanInto(block: InvocationBlock): boolean {
    return this.#scanner.scan(this.#body, this.#slice.from, this.#slice.to, block);
  }

  read(): Candidate {
    // Its length was looked at before it became one.
    const recordBytesMax = this.#slice.to - this.#slice.from;
    return readSlice(this.#body, this.#slice, { recordBytesMax, allUtf8: true });
  }
}

export interface ScanLinesOptions extends ScanOptions {
  readonly scanner: RecordScanner;
  readonly allUtf8: boolean;
  /** Lines of the body before these. */
  readonly linesBefore: number;
}

/**
 * The lines of a part of a body.
 *
 * @param bytes whole lines
 * @returns how many lines of the body have been read then
 */
export function* scanLines(
  bytes: Buffer,
  options: ScanLinesOptions,
): Generator<Candidate | UnreadCandidate, number> {
  const { scanner, linesBefore, recordBytesMax } = options;
  const body = linesBefore === 0 ? withoutMark(bytes) : bytes;
  const lines = linesOf(body, linesBefore);
  let next = lines.next();
  for (; next.done !== true; next = lines.next()) {
    const slice = next.value;
    yield options.allUtf8 && slice.to - slice.from <= recordBytesMax
      ? new UnreadSlice(body, slice, scanner)
      : readSlice(body, slice, options);
  }
  return next.value;
}

function withoutMark(bytes: Buffer): Buffer {
  const hasMark = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  return hasMark ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;
}

function slicesOf(body: Buffer): Iterable<Slice> {
  const first = skipJsonSpace(body, 0);
  return body[first] === BRACKET_OPEN ? elementsOf(body, first + 1) : linesOf(body, 0);
}

function* readAll(
  body: Buffer,
  slice: Slice,
  options: DecodeOptions & { readonly allUtf8: boolean },
): Generator<Candidate> {
  const candidate = readSlice(body, slice, options);
  yield candidate;
  if (slice.isLastOfOpenArray && 'value' in candidate) {
    yield { line: slice.line + 1, unreadable: 'is missing: the array has no end' };
  }
}

function readSlice(
  body: Buffer,
  { line, from, to }: Slice,
  options: DecodeOptions & { readonly allUtf8: boolean },
): Candidate {
  const bytes = to - from;
  if (bytes > options.recordBytesMax) {
    return {
      line,
      unreadable: `is ${bytes} bytes long; a record may have ${options.recordBytesMax}`,
    };
  }
  if (!options.allUtf8 && !isUtf8(body.subarray(from, to))) {
    return { line, unreadable: 'is not valid UTF-8' };
  }
  try {
    return { line, value: JSON.parse(body.toString('utf8', from, to)) as unknown, bytes };
  } catch {
    return { line, unreadable: 'is not valid JSON' };
  }
}

/** @returns the number of the last line, blank ones counted */
function* linesOf(body: Buffer, linesBefore: number): Generator<Slice, number> {
  let line = linesBefore;
  for (let from = 0; from < body.length; ) {
    const newline = body.indexOf(NEWLINE, from);
    const to = newline === -1 ? body.length : newline;
    line += 1;
    if (skipJsonSpace(body, from) < to) {
      yield { line, from, to };
    }
    from = to + 1;
  }
  return line;
}

/**
 * The elements of an array, told apart by brackets and quotes alone, so that a bad one is found
 * out when it is parsed, by itself. What follows the array's end counts as one more element.
 */
function* elementsOf(body: Buffer, begin: number): Generator<Slice> {
  let line = 1;
  let from = begin;
  while (from <= body.length) {
    const to = elementEnd(body, from);
    const closed = body[to] === BRACKET_CLOSE;
    // Between commas an empty element is a fault; before the end it is the end of `[]`.
    const empty = skipJsonSpace(body, from) >= to;
    if (!empty || !closed || line > 1) {
      yield { line, from, to, isLastOfOpenArray: to === body.length };
    }
    if (closed) {
      const rest = skipJsonSpace(body, to + 1);
      if (rest < body.length) {
        yield { line: line + 1, from: rest, to: body.length };
      }
      return;
    }
    line += 1;
    from = to + 1;
  }
}

/** @returns where the comma or bracket after the element stands, or the body's length */
function elementEnd(body: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < body.length; at++) {
    switch (body[at]) {
      case QUOTE:
        at = stringEnd(body, at);
        break;
      case BRACE_OPEN:
      case BRACKET_OPEN:
        depth += 1;
        break;
      case BRACE_CLOSE:
        depth -= 1;
        break;
      case BRACKET_CLOSE:
        if (depth <= 0) {
          return at;
        }
        depth -= 1;
        break;
      case COMMA:
        if (depth <= 0) {
          return at;
        }
        break;
      default:
    }
  }
  return body.length;
}

function stringEnd(body: Buffer, open: number): number {
  for (let at = open + 1; at < body.length; at++) {
    if (body[at] === BACKSLASH) {
      at += 1;
    } else if (body[at] === QUOTE) {
      return at;
    }
  }
  return body.length;
}
