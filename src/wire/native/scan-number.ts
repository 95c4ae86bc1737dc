// Numbers and flags of JSON, read from bytes. Undefined is "not taken": the careful way decides.

/** A place in bytes, up to `to`. */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
  readonly to: number;
}

const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
/** More digits than this may not be exact in JavaScript. */
const DIGITS_MAX = 15;
const FRACTION_DIGITS_MAX = 3;
const US_PER_MS = 1_000;

/** Moves over JSON white space. */
export function skipSpace(cursor: Cursor): void {
  const { bytes } = cursor;
  let { at } = cursor;
  while (
    at < cursor.to &&
    (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d || bytes[at] === 0x0a)
  ) {
    at += 1;
  }
  cursor.at = at;
}

/** @returns a whole number without fraction or exponent, within the bounds */
export function readInteger(cursor: Cursor, min: number, max: number): number | undefined {
  const negative = cursor.bytes[cursor.at] === MINUS;
  if (negative) {
    cursor.at += 1;
  }
  const digits = readDigits(cursor);
  if (digits === undefined || !isNumberEnd(cursor)) {
    return undefined;
  }
  // Zero with a sign is another number to JSON.parse.
  const value = negative ? -digits : digits;
  return value >= min && value <= max && !(negative && digits === 0) ? value : undefined;
}

/**
 * @param msMax the largest accepted number
 * @returns a number of milliseconds, with a fraction of at most three digits, as microseconds
 */
export function readDecimalUs(cursor: Cursor, msMax: number): number | undefined {
  const ms = readDigits(cursor);
  if (ms === undefined || ms >= msMax) {
    return undefined;
  }
  let us = 0;
  if (cursor.bytes[cursor.at] === DOT) {
    cursor.at += 1;
    const from = cursor.at;
    for (let unit = US_PER_MS / 10; isDigit(cursor); unit /= 10, cursor.at += 1) {
      us += ((cursor.bytes[cursor.at] ?? ZERO) - ZERO) * unit;
    }
    const digits = cursor.at - from;
    if (digits === 0 || digits > FRACTION_DIGITS_MAX) {
      return undefined;
    }
  }
  return isNumberEnd(cursor) ? ms * US_PER_MS + us : undefined;
}

/** @returns 1 for true and 1, 0 for false and 0 */
export function readFlag(cursor: Cursor): number | undefined {
  const { bytes, at } = cursor;
  if (isDigit(cursor)) {
    return readInteger(cursor, 0, 1);
  }
  for (const [word, value] of flags) {
    if (bytes.compare(word, 0, word.length, at, Math.min(at + word.length, cursor.to)) === 0) {
      cursor.at = at + word.length;
      return isNumberEnd(cursor) ? value : undefined;
    }
  }
  return undefined;
}

const flags = [
  [Buffer.from('true'), 1],
  [Buffer.from('false'), 0],
] as const;

function readDigits(cursor: Cursor): number | undefined {
  const from = cursor.at;
  let value = 0;
  for (; isDigit(cursor); cursor.at++) {
    value = value * 10 + ((cursor.bytes[cursor.at] ?? ZERO) - ZERO);
    if (cursor.at - from >= DIGITS_MAX) {
      return undefined;
    }
  }
  const digits = cursor.at - from;
  const hasLeadingZero = digits > 1 && cursor.bytes[from] === ZERO;
  return digits === 0 || hasLeadingZero ? undefined : value;
}

function isDigit({ bytes, at, to }: Cursor): boolean {
  const byte = bytes[at] ?? 0;
  return at < to && byte >= ZERO && byte <= ZERO + 9;
}

/** What may follow a value in an object: anything else makes it another number, or none. */
function isNumberEnd({ bytes, at }: Cursor): boolean {
  const byte = bytes[at];
  return (
    byte === 0x2c ||
    byte === 0x7d ||
    byte === 0x20 ||
    byte === 0x09 ||
    byte === 0x0d ||
    byte === 0x0a
  );
}
