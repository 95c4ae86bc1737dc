// Strings of JSON, read from bytes straight into a column. False is "not taken": the careful way
// decides.

import type { TextColumn } from '../../domain/text-column.ts';
import type { Cursor } from './scan-number.ts';

/** A text that is likely to be longer is not read byte by byte. */
const LOOP_BYTES_MAX = 128;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LETTER_U = 0x75;
const SURROGATES_FROM = 0xd800;
const SURROGATES_TO = 0xdfff;

/** By the letter after the backslash; 0 for none. */
const escapes = new Uint8Array(256);
for (const [letter, byte] of Object.entries({
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
})) {
  escapes[letter.charCodeAt(0)] = byte.charCodeAt(0);
}

/**
 * Reads the string at the cursor, which then stands behind it.
 *
 * @param bytesExpected how long such a text mostly is
 * @returns false for what is no string, has half a surrogate pair, or a length out of bounds (in
 *   bytes of UTF-8)
 */
export function readText(
  cursor: Cursor,
  column: TextColumn,
  { bytesMin, bytesMax, bytesExpected }: TextBounds,
): boolean {
  const { bytes, to } = cursor;
  if (bytes[cursor.at] !== QUOTE) {
    return false;
  }
  cursor.at += 1;
  if (bytesExpected > LOOP_BYTES_MAX) {
    return readLongText(cursor, column, bytesMax);
  }
  // Decoded, no escape is longer than it was written.
  const begin = column.open(to - cursor.at, bytesExpected);
  const end = decode(cursor, column.bytes, begin);
  const size = end - begin;
  if (end < 0 || size < bytesMin || size > bytesMax) {
    return false;
  }
  column.close(begin, size);
  return true;
}

/** The same for a text of many bytes, where calls into the engine beat a loop over them. */
function readLongText(cursor: Cursor, column: TextColumn, bytesMax: number): boolean {
  const { bytes, at: from, to } = cursor;
  const close = endOfText(bytes, from, to);
  if (close === undefined) {
    return false;
  }
  const text = decodedText(bytes.toString('utf8', from - 1, close + 1));
  if (text === undefined) {
    return false;
  }
  const begin = column.open(text.length * 3, text.length);
  const size = text === '' ? 0 : column.bytes.write(text, begin);
  if (size > bytesMax) {
    return false;
  }
  column.close(begin, size);
  cursor.at = close + 1;
  return true;
}

/** @param literal with its quotes */
function decodedText(literal: string): string | undefined {
  try {
    const text = JSON.parse(literal) as string;
    return text.isWellFormed() ? text : undefined;
  } catch {
    return undefined;
  }
}

/** @returns where the closing quote stands */
function endOfText(bytes: Buffer, from: number, to: number): number | undefined {
  let close = bytes.indexOf(QUOTE, from);
  while (close !== -1 && close < to) {
    let slashes = 0;
    while (close - slashes > from && bytes[close - 1 - slashes] === BACKSLASH) {
      slashes += 1;
    }
    if (slashes % 2 === 0) {
      return close;
    }
    close = bytes.indexOf(QUOTE, close + 1);
  }
  return undefined;
}

export interface TextBounds {
  readonly bytesMin: number;
  readonly bytesMax: number;
  readonly bytesExpected: number;
}

/**
 * Decodes up to the closing quote and moves the cursor behind it.
 *
 * @returns where the decoded text ends in `out`, -1 where it cannot be decoded this way
 */
function decode(cursor: Cursor, out: Uint8Array, begin: number): number {
  const bytes: Uint8Array = cursor.bytes;
  const { to } = cursor;
  let end = begin;
  // The casts spare a test for each byte: all of them lie within the bytes.
  for (let at = cursor.at; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      cursor.at = at + 1;
      return end;
    }
    if (byte !== BACKSLASH) {
      // A control character must be escaped in JSON.
      if (byte < SPACE) {
        return -1;
      }
      out[end] = byte;
      end += 1;
      continue;
    }
    at += 1;
    const letter = at < to ? (bytes[at] as number) : 0;
    const decoded = escapes[letter] as number;
    if (decoded !== 0) {
      out[end] = decoded;
      end += 1;
    } else if (letter === LETTER_U) {
      const point = hexAt(bytes, at + 1, to);
      if (point < 0 || (point >= SURROGATES_FROM && point <= SURROGATES_TO)) {
        return -1;
      }
      end = encodePoint(point, out, end);
      at += 4;
    } else {
      return -1;
    }
  }
  return -1;
}

/** @returns the value of four hexadecimal digits, -1 for anything else */
function hexAt(bytes: Uint8Array, from: number, to: number): number {
  if (from + 4 > to) {
    return -1;
  }
  let value = 0;
  for (let at = from; at < from + 4; at++) {
    const byte = bytes[at] ?? 0;
    const lower = byte | 0x20;
    const isDecimal = byte >= 0x30 && byte <= 0x39;
    if (!isDecimal && !(lower >= 0x61 && lower <= 0x66)) {
      return -1;
    }
    value = value * 16 + (isDecimal ? byte - 0x30 : lower - 0x57);
  }
  return value;
}

/** Writes a character of the first plane as UTF-8. */
function encodePoint(point: number, out: Uint8Array, begin: number): number {
  if (point < 0x80) {
    out[begin] = point;
    return begin + 1;
  }
  if (point < 0x800) {
    out[begin] = 0xc0 | (point >> 6);
    out[begin + 1] = 0x80 | (point & 0x3f);
    return begin + 2;
  }
  out[begin] = 0xe0 | (point >> 12);
  out[begin + 1] = 0x80 | ((point >> 6) & 0x3f);
  out[begin + 2] = 0x80 | (point & 0x3f);
  return begin + 3;
}
