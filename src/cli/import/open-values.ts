// The values of a file: how it is packed, how its text is cut, and what kind of file it is.

import { createReadStream } from 'node:fs';
import { open as openFile, stat } from 'node:fs/promises';
import type { ReadZonedTime } from '../../wire/time-from-zone.ts';
import type { Item } from './deliver-batches.ts';
import { beginsLikeCloudwatch, type FileFormat, formatOfValue } from './formats.ts';
import type { Place } from './place.ts';
import { readCandidates } from './read-candidates.ts';
import { type ColumnMap, isCsvHeader, readCsv } from './read-csv.ts';
import { readDocuments } from './read-documents.ts';
import { MAGIC_BYTES, type Packing, packingOf, unpackFile } from './unpack-file.ts';

export interface OpenValuesOptions {
  /** How messages call the file. */
  readonly name: string;
  readonly from: Place;
  /** Undefined: told by the content. */
  readonly format: FileFormat | undefined;
  readonly columns: ColumnMap;
  readonly readTime: ReadZonedTime;
  /** How many bytes of the file were read, or passed over. */
  readonly onRead: (bytes: number) => void;
}

export interface FileValues {
  readonly format: FileFormat;
  readonly values: AsyncIterable<Item>;
}

/** One line, and a document that has to be read as a whole. */
const BYTES_MAX = 256 * 1024 * 1024;
const CSV_ROW_BYTES_MAX = 16 * 1024 * 1024;
/** Looked at to tell what a file is. */
const HEAD_BYTES = 64 * 1024;
const UNREADABLE_FIRST_MAX = 1_000;
const NEWLINE = 0x0a;
const BEGINS_WITH_OBJECT = /^[\s\ufeff]*\{/;

/** @throws AppError as reading it does, some of it while it is read */
export async function openValues(path: string, options: OpenValuesOptions): Promise<FileValues> {
  const { head, all } = await withHead(
    await textOf(path, options),
    (read) => read.length >= HEAD_BYTES || read.includes(NEWLINE),
  );
  return withFormat(cut(all, head.toString('utf8'), options));
}

/** The text of a file from a place on; only a plain file is entered in its middle. */
async function textOf(
  path: string,
  { name, from, onRead }: OpenValuesOptions,
): Promise<AsyncIterable<Buffer>> {
  if (!(await stat(path)).isFile()) {
    return await textOfPipe(path, name, onRead);
  }
  const packing = await packingAt(path);
  const start = packing === 'none' ? from.bytes : 0;
  onRead(start);
  const [first, again] = [
    counted(createReadStream(path, { start }), onRead),
    () => createReadStream(path),
  ];
  return without(unpackFile(inTurn(first, again), packing, name), from.bytes - start);
}

/** Of a pipe everything comes once, its first bytes too. */
async function textOfPipe(
  path: string,
  name: string,
  onRead: OpenValuesOptions['onRead'],
): Promise<AsyncIterable<Buffer>> {
  const bytes = counted(createReadStream(path), onRead);
  const { head, all } = await withHead(bytes, (read) => read.length >= MAGIC_BYTES);
  const nothing = async function* (): AsyncGenerator<Buffer> {};
  return unpackFile(inTurn(all, nothing), packingOf(head), name);
}

/** What is there already, and then what has to be opened anew. */
function inTurn(
  first: AsyncIterable<Buffer>,
  again: () => AsyncIterable<Buffer>,
): () => AsyncIterable<Buffer> {
  let isFirst = true;
  return () => {
    const source = isFirst ? first : again();
    isFirst = false;
    return source;
  };
}

async function packingAt(path: string): Promise<Packing> {
  const handle = await openFile(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAGIC_BYTES), 0, MAGIC_BYTES, 0);
    return packingOf(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** The values, and what they are if the text says so already. */
function cut(
  text: AsyncIterable<Buffer>,
  head: string,
  { name, from, format, columns, readTime }: OpenValuesOptions,
): { format: FileFormat | undefined; values: AsyncIterable<Item> } {
  const [firstLine = ''] = head.split('\n', 1);
  const isUnknown = format === undefined;
  if (format === 'csv' || (isUnknown && (columns.size > 0 || isCsvHeader(firstLine, columns)))) {
    const options = { name, bytesMax: CSV_ROW_BYTES_MAX, from, columns, readTime };
    return { format: 'csv', values: readCsv(text, options) };
  }
  const options = { name, bytesMax: BYTES_MAX, from };
  // An array of payloads has a bracket before the brace.
  const isCloudwatch = isUnknown
    ? beginsLikeCloudwatch(head)
    : format === 'cloudwatch' && BEGINS_WITH_OBJECT.test(head);
  return isCloudwatch
    ? { format: 'cloudwatch', values: readDocuments(text, options) }
    : { format, values: readCandidates(text, options) };
}

/** Told by the first value, where nothing else says it. */
async function withFormat({ format, values }: ReturnType<typeof cut>): Promise<FileValues> {
  if (format !== undefined) {
    return { format, values };
  }
  const iterator = values[Symbol.asyncIterator]();
  const first: Item[] = [];
  let value: unknown;
  for (let found = false; !found && first.length < UNREADABLE_FIRST_MAX; ) {
    const next = await iterator.next();
    if (next.done === true) {
      break;
    }
    first.push(next.value);
    found = 'value' in next.value;
    value = 'value' in next.value ? next.value.value : undefined;
  }
  return { format: formatOfValue(value), values: chained(first, iterator) };
}

/** Looks at the beginning, as far as it is enough, and gives it back with the rest. */
async function withHead(
  chunks: AsyncIterable<Buffer>,
  isEnough: (head: Buffer) => boolean,
): Promise<{ head: Buffer; all: AsyncIterable<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let failure: unknown;
  try {
    for (let ended = false; !ended && !isEnough(head); ) {
      const next = await iterator.next();
      ended = next.done === true;
      head = next.done === true ? head : Buffer.concat([head, next.value]);
    }
  } catch (error) {
    failure = error;
  }
  return { head, all: chained([head], iterator, failure) };
}

async function* chained<Piece>(
  first: readonly Piece[],
  rest: AsyncIterator<Piece>,
  failure?: unknown,
): AsyncGenerator<Piece> {
  try {
    yield* first;
    if (failure !== undefined) {
      throw failure;
    }
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

async function* without(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of chunks) {
    const rest = chunk.subarray(Math.min(left, chunk.length));
    left -= chunk.length - rest.length;
    yield rest;
  }
}

async function* counted(
  source: AsyncIterable<Buffer>,
  onRead: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    onRead(chunk.length);
    yield chunk;
  }
}
