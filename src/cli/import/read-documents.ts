// JSON objects that follow one another with nothing, or anything white, between them, as CloudWatch
// Logs leaves them in files: cut by their braces.

import { isUtf8 } from 'node:buffer';
import type { Candidate } from '../../domain/candidate.ts';
import { AppError } from '../../domain/errors.ts';
import { FILE_START } from './place.ts';
import type { ReadCandidate, ReadOptions } from './read-candidates.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
const SPACE = 0x20;
const BYTE_ORDER_MARK = /^\ufeff/;

/**
 * @param chunks text
 * @returns the objects in the order of the file, with the number of each in place of a line
 * @throws AppError body_too_large for one over the bound; what `chunks` throw, after all whole ones
 */
export async function* readDocuments(
  chunks: AsyncIterable<Buffer>,
  { name, bytesMax, from = FILE_START }: ReadOptions,
): AsyncGenerator<ReadCandidate> {
  let { bytes, line } = from;
  for await (const object of objectsOf(chunks, name, bytesMax)) {
    bytes += object.length;
    line += 1;
    yield { ...readObject(object, line), after: { bytes, line, records: 0 } };
  }
}

async function* objectsOf(
  chunks: AsyncIterable<Buffer>,
  name: string,
  bytesMax: number,
): AsyncGenerator<Buffer> {
  const cutter = new ObjectCutter();
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of chunks) {
    let begin = 0;
    for (const end of cutter.ends(chunk)) {
      yield Buffer.concat([...pending, chunk.subarray(begin, end)]);
      [pending, pendingBytes, begin] = [[], 0, end];
    }
    pending.push(chunk.subarray(begin));
    pendingBytes += chunk.length - begin;
    if (pendingBytes > bytesMax) {
      const message = `${name} has a JSON object that is over ${bytesMax} bytes`;
      throw new AppError('body_too_large', message, { details: { bytesMax } });
    }
  }
  const rest = Buffer.concat(pending);
  if (rest.some((byte) => byte > SPACE)) {
    yield rest;
  }
}

function readObject(object: Buffer, line: number): Candidate {
  if (!isUtf8(object)) {
    return { line, unreadable: 'is not valid UTF-8' };
  }
  try {
    const text = object.toString('utf8').replace(BYTE_ORDER_MARK, '');
    return { line, value: JSON.parse(text) as unknown, bytes: object.length };
  } catch {
    return { line, unreadable: 'is not valid JSON' };
  }
}

class ObjectCutter {
  #depth = 0;
  #inText = false;
  #escaped = false;

  /** @returns the places after the objects that end in the next piece of the text */
  *ends(piece: Buffer): Generator<number> {
    for (let at = 0; at < piece.length; at += 1) {
      if (this.#closes(piece[at] ?? 0)) {
        yield at + 1;
      }
    }
  }

  #closes(byte: number): boolean {
    if (this.#inText) {
      this.#inText = this.#escaped || byte !== QUOTE;
      this.#escaped = !this.#escaped && byte === BACKSLASH;
      return false;
    }
    if (byte === QUOTE) {
      this.#inText = true;
    } else if (byte === BRACE_OPEN) {
      this.#depth += 1;
    } else if (byte === BRACE_CLOSE) {
      this.#depth = Math.max(this.#depth - 1, 0);
      return this.#depth === 0;
    }
    return false;
  }
}
