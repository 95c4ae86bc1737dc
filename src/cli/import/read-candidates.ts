// A file of records as single candidates: NDJSON is read as it comes, a JSON array or one document
// of several lines as a whole. gzip is told by its first bytes.

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Candidate } from '../../domain/candidate.ts';
import { AppError } from '../../domain/errors.ts';
import { decodeInvocations } from '../../wire/native/decode-invocations.ts';

export interface ReadOptions {
  /** How messages call the file. */
  readonly name: string;
  /** The most bytes of one line, and of a file that has to be read as a whole. */
  readonly bytesMax: number;
}

type Mode = 'unknown' | 'lines' | 'whole';

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const MAGIC_BYTES = 4;
const NEWLINE = 0x0a;
const BRACKET_OPEN = 0x5b;

/**
 * @returns the candidates in the order of the file, with the line (or element of an array) of each
 * @throws AppError malformed_request: broken gzip, or zstd; body_too_large
 */
export async function* readCandidates(
  source: AsyncIterable<Buffer>,
  options: ReadOptions,
): AsyncGenerator<Candidate> {
  // Joined only where a line ends: joining at every piece would take the square of a long line.
  let pending: Buffer[] = [];
  let bytes = 0;
  let mode: Mode = 'unknown';
  let linesBefore = 0;
  for await (const chunk of plainChunks(source, options)) {
    pending.push(chunk);
    bytes += chunk.length;
    assertBounded(bytes, mode, options);
    if (mode === 'whole' || !chunk.includes(NEWLINE)) {
      continue;
    }
    const joined = Buffer.concat(pending);
    mode = mode === 'unknown' ? modeOf(joined) : mode;
    const end = mode === 'lines' ? joined.lastIndexOf(NEWLINE) + 1 : 0;
    const lines = joined.subarray(0, end);
    yield* shifted(decodeInvocations(lines, recordBound(options)), linesBefore);
    linesBefore += countLines(lines);
    pending = [joined.subarray(end)];
    bytes = joined.length - end;
  }
  const rest = Buffer.concat(pending);
  yield* mode === 'lines'
    ? shifted(decodeInvocations(rest, recordBound(options)), linesBefore)
    : wholeOf(rest, options);
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
  if (firstByte(bytes) === BRACKET_OPEN) {
    return 'whole';
  }
  const begin = bytes.findIndex((byte) => !isSpace(byte));
  const end = begin === -1 ? -1 : bytes.indexOf(NEWLINE, begin);
  if (end === -1) {
    return 'unknown';
  }
  return parsed(bytes.subarray(begin, end)) === undefined ? 'whole' : 'lines';
}

async function* plainChunks(
  source: AsyncIterable<Buffer>,
  { name }: ReadOptions,
): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  for (let ended = false; !ended && head.length < MAGIC_BYTES; ) {
    const next = await chunks.next();
    ended = next.done === true;
    head = next.done === true ? head : Buffer.concat([head, next.value]);
  }
  if (head.subarray(0, ZSTD.length).equals(ZSTD)) {
    throw new AppError(
      'malformed_request',
      `${name} is compressed by zstd, which is not read: "zstd -dc FILE | fnlog import -" does it`,
    );
  }
  const all = concatenated(head, chunks);
  if (!head.subarray(0, GZIP.length).equals(GZIP)) {
    yield* all;
    return;
  }
  const gunzip = createGunzip();
  const fed = pipeline(Readable.from(all), gunzip).catch(() => undefined);
  try {
    yield* gunzip as AsyncIterable<Buffer>;
    await fed;
  } catch (cause) {
    throw new AppError('malformed_request', `${name} is not whole gzip`, { cause });
  }
}

async function* concatenated(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    yield next.value;
  }
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

function* shifted(candidates: Iterable<Candidate>, by: number): Generator<Candidate> {
  for (const candidate of candidates) {
    yield { ...candidate, line: candidate.line + by };
  }
}

function countLines(lines: Buffer): number {
  let count = 0;
  for (let at = lines.indexOf(NEWLINE); at !== -1; at = lines.indexOf(NEWLINE, at + 1)) {
    count += 1;
  }
  return count;
}

/** Undefined where the bytes are no JSON. */
function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
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
