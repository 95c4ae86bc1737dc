// Times of JSON, read from bytes: RFC 3339 in UTC as programs write it, and whole milliseconds.
// Undefined is "not taken": the careful way decides.

import { TIME_US_MAX } from '../../domain/rfc3339.ts';
import { type Cursor, readInteger } from './scan-number.ts';

const QUOTE = 0x22;
const DOT = 0x2e;
const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
const COLON = 0x3a;
const DASH = 0x2d;
const ZERO = 0x30;
const FRACTION_DIGITS_MAX = 6;
const US_PER_DAY = 86_400_000_000;

/** The day that was asked for last: the records of a request are mostly of one. */
let knownDate = -1;
let knownMidnightUs = 0;

/** @returns microseconds since 1970 */
export function readTimeUs(cursor: Cursor): number | undefined {
  if (cursor.bytes[cursor.at] !== QUOTE) {
    const ms = readInteger(cursor, 0, TIME_US_MAX / 1000 - 1);
    return ms === undefined ? undefined : ms * 1000;
  }
  const us = readRfc3339(cursor);
  return us !== undefined && us < TIME_US_MAX ? us : undefined;
}

/** "YYYY-MM-DDTHH:MM:SS[.ffffff]Z" */
function readRfc3339(cursor: Cursor): number | undefined {
  const { bytes } = cursor;
  const at = cursor.at + 1;
  const [year, month, day] = [
    digits(bytes, at, 4),
    digits(bytes, at + 5, 2),
    digits(bytes, at + 8, 2),
  ];
  const hour = digits(bytes, at + 11, 2);
  const minute = digits(bytes, at + 14, 2);
  const second = digits(bytes, at + 17, 2);
  const marks =
    bytes[at + 4] === DASH &&
    bytes[at + 7] === DASH &&
    bytes[at + 10] === LETTER_T &&
    bytes[at + 13] === COLON &&
    bytes[at + 16] === COLON;
  if (!marks || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
    return undefined;
  }
  const midnightUs = midnightOf(year, month, day);
  cursor.at = at + 19;
  const fractionUs = readFraction(cursor);
  if (midnightUs === undefined || fractionUs === undefined) {
    return undefined;
  }
  if (bytes[cursor.at] !== LETTER_Z || bytes[cursor.at + 1] !== QUOTE) {
    return undefined;
  }
  cursor.at += 2;
  return midnightUs + ((hour * 60 + minute) * 60 + second) * 1_000_000 + fractionUs;
}

function readFraction(cursor: Cursor): number | undefined {
  const { bytes } = cursor;
  if (bytes[cursor.at] !== DOT) {
    return 0;
  }
  cursor.at += 1;
  let us = 0;
  let count = 0;
  for (let unit = 100_000; count <= FRACTION_DIGITS_MAX; unit /= 10, count += 1) {
    const digit = digits(bytes, cursor.at, 1);
    if (digit < 0) {
      break;
    }
    us += digit * unit;
    cursor.at += 1;
  }
  return count > 0 && count <= FRACTION_DIGITS_MAX ? us : undefined;
}

function midnightOf(year: number, month: number, day: number): number | undefined {
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31) {
    return undefined;
  }
  const date = (year * 100 + month) * 100 + day;
  if (date !== knownDate) {
    const ms = Date.UTC(year, month - 1, day);
    // Date.UTC takes 31 February for 3 March.
    if (new Date(ms).getUTCDate() !== day) {
      return undefined;
    }
    knownDate = date;
    knownMidnightUs = (ms / 86_400_000) * US_PER_DAY;
  }
  return knownMidnightUs;
}

/** @returns the value of so many decimal digits, -1 where there are none */
function digits(bytes: Buffer, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) {
      return -1;
    }
    value = value * 10 + digit;
  }
  return value;
}
