// A file of JSON as single candidates: NDJSON is read as it comes, a JSON array or one document of
// several lines as a whole.

import type { Candidate } from '../../domain/candidate.ts';
import { AppError } from '../../domain/errors.ts';
import { decodeInvocations } from '../../wire/native/decode-invocations.ts';
import { FILE_START, type Place } from './place.ts';

export interface ReadOptions {
  /** How messages call the file. */
  readonly name: string;
  /** The most bytes of one line, and of a file that has to be read as a whole. */
  readonly bytesMax: number;
  /** Where `chunks` begin, and what is passed over there; left out: the start of the file. */
  readonly from?: Place;
}

/** A value of a file, or why it is none. */
export type ReadCandidate = Candidate & {
  /** The place to go on from once this one is done. */
  readonly after: Place;
};

type Mode = 'unknown' | 'lines' | 'whole';

const NEWLINE = 0x0a;
const BRACKET_OPEN = 0x5b;
const BRACE_OPEN = 0x7b;

/**
 * @param chunks text
 * @returns the candidates in the order of the file, with the line (or element of an array) of each
 * @throws AppError body_too_large; what `chunks` throw, after all that is whole before it
 */
export async function* readCandidates(
  chunks: AsyncIterable<Buffer>,
  options: ReadOptions,
): AsyncGenerator<ReadCandidate> {
  const { from = FILE_START } = options;
  let passed = 0;
  for await (const candidate of allCandidates(chunks, from, options)) {
    passed += 1;
    if (passed > from.records) {
      yield candidate;
    }
  }
}

async function* allCandidates(
  chunks: AsyncIterable<Buffer>,
  from: Place,
  options: ReadOptions,
): AsyncGenerator<ReadCandidate> {
  const text = new Lines(from, options);
  let failure: unknown;
  try {
    for await (const chunk of chunks) {
      yield* text.add(chunk);
    }
  } catch (error) {
    failure = error;
  }
  yield* failure === undefined ? text.rest() : text.restOfBroken();
  if (failure !== undefined) {
    throw failure;
  }
}

/** What was read and not handed on yet. */
class Lines {
  readonly #options: ReadOptions;
  // Joined only where a line ends: joining at every piece would take the square of a long line.
  #pending: Buffer[] = [];
  #bytes = 0;
  #mode: Mode;
  #place: Place;

  constructor(from: Place, options: ReadOptions) {
    this.#options = options;
    this.#place = { ...from, records: 0 };
    // Only a file of lines is left in its middle.
    this.#mode = from.bytes > 0 ? 'lines' : 'unknown';
  }

  *add(chunk: Buffer): Generator<ReadCandidate> {
    this.#pending.push(chunk);
    this.#bytes += chunk.length;
    assertBounded(this.#bytes, this.#mode, this.#options);
    if (this.#mode === 'whole' || !chunk.includes(NEWLINE)) {
      return;
    }
    const joined = Buffer.concat(this.#pending);
    this.#mode = this.#mode === 'unknown' ? modeOf(joined) : this.#mode;
    const end = this.#mode === 'lines' ? joined.lastIndexOf(NEWLINE) + 1 : 0;
    yield* this.#lines(joined.subarray(0, end));
    this.#pending = [joined.subarray(end)];
    this.#bytes = joined.length - end;
  }

  *rest(): Generator<ReadCandidate> {
    const rest = Buffer.concat(this.#pending);
    const mode = this.#mode === 'unknown' ? modeOf(rest) : this.#mode;
    yield* mode === 'lines' ? this.#lines(rest) : placed(wholeOf(rest, this.#options));
  }

  /** Of a text that breaks off: its last line is left out, and so is a document that has no end. */
  *restOfBroken(): Generator<ReadCandidate> {
    const rest = Buffer.concat(this.#pending);
    if (this.#mode !== 'lines' && firstByte(rest) === BRACKET_OPEN) {
      yield* placed(decodeInvocations(rest, recordBound(this.#options)));
    }
  }

  /** Each line by itself: one that is an array gives its elements. */
  *#lines(lines: Buffer): Generator<ReadCandidate> {
    for (let at = 0; at < lines.length; ) {
      const newline = lines.indexOf(NEWLINE, at);
      const end = newline === -1 ? lines.length : newline + 1;
      yield* this.#line(lines.subarray(at, end));
      at = end;
    }
  }

  *#line(text: Buffer): Generator<ReadCandidate> {
    const { bytes, line } = this.#place;
    const next = { bytes: bytes + text.length, line: line + 1, records: 0 };
    let previous: Candidate | undefined;
    let records = 0;
    for (const candidate of decodeInvocations(text, recordBound(this.#options))) {
      if (previous !== undefined) {
        records += 1;
        yield { ...previous, line: line + 1, after: { bytes, line, records } };
      }
      previous = candidate;
    }
    if (previous !== undefined) {
      yield { ...previous, line: line + 1, after: next };
    }
    this.#place = next;
  }
}

/** The values of a text that is always read from its start. */
function* placed(candidates: Iterable<Candidate>): Generator<ReadCandidate> {
  let records = 0;
  for (const candidate of candidates) {
    records += 1;
    yield { ...candidate, after: { ...FILE_START, records } };
  }
}

/** What is left is one document, an array, or lines of which the first is no JSON. */
function* wholeOf(bytes: Buffer, options: ReadOptions): Generator<Candidate> {
  if (firstByte(bytes) !== BRACKET_OPEN) {
    const value = parsed(bytes);
    if (value !== undefined) {
      yield { line: 1, value, bytes: bytes.length };
      return;
    }
  }
  yield* decodeInvocations(bytes, recordBound(options));
}

/** Lines where the first of them is JSON by itself; undecided until it is there. */
function modeOf(bytes: Buffer): Mode {
  const begin = bytes.findIndex((byte) => !isSpace(byte));
  const end = begin === -1 ? -1 : bytes.indexOf(NEWLINE, begin);
  if (end === -1) {
    return 'unknown';
  }
  if (parsed(bytes.subarray(begin, end)) === undefined) {
    return 'whole';
  }
  if (bytes[begin] !== BRACKET_OPEN) {
    return 'lines';
  }
  // An array on one line is an array of records, unless another one follows.
  const next = firstByte(bytes.subarray(end));
  return next === undefined
    ? 'unknown'
    : next === BRACKET_OPEN || next === BRACE_OPEN
      ? 'lines'
      : 'whole';
}

function assertBounded(pending: number, mode: Mode, { name, bytesMax }: ReadOptions): void {
  if (pending > bytesMax) {
    const what = mode === 'lines' ? 'has a line that' : 'is no NDJSON and has to be read whole; it';
    throw new AppError(
      'body_too_large',
      `${name} ${what} is over ${bytesMax} bytes: cut it into lines of one record each`,
      { details: { bytesMax } },
    );
  }
}

/** Undefined where the bytes are no JSON. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, '')) as unknown;
  } catch {
    return undefined;
  }
}

function firstByte(bytes: Buffer): number | undefined {
  return bytes.find((byte) => !isSpace(byte));
}

/** White space of JSON, and the mark that some editors put before UTF-8. */
function isSpace(byte: number): boolean {
  return [0x20, 0x09, 0x0d, NEWLINE, 0xef, 0xbb, 0xbf].includes(byte);
}

function recordBound({ bytesMax }: ReadOptions): { recordBytesMax: number } {
  return { recordBytesMax: bytesMax };
}
