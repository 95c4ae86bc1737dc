// Reads a query string or a form body into names and values as PHP does (wire facts A.1): `+` and
// `%20` are spaces, text is UTF-8. Refuses what PHP would repair in silence, since the signature
// and the action must be about the same text.

import { AppError, shownValue } from '../domain/errors.ts';

/** A decoded name and value. */
export type Parameter = readonly [name: string, value: string];

/** The most parameters of one request; the action knows seven and clients add some ten. */
export const PARAMETERS_MAX = 1000;

const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf8Lenient = new TextDecoder('utf-8');

/**
 * Decodes `name=value` pairs joined by `&`. A name without `=` has the empty value; nothing between
 * two `&` is no parameter.
 *
 * @param encoded the bytes after the `?`, or of the body
 * @returns the pairs in the order given, no name twice
 * @throws AppError malformed_request for broken percent-encoding or text that is not UTF-8;
 *   invalid_parameter for a name given twice or more than `PARAMETERS_MAX` parameters
 */
export function decodeParameters(encoded: Uint8Array): readonly Parameter[] {
  const parameters = new Map<string, string>();
  let start = 0;
  while (start < encoded.length) {
    const ampersand = encoded.indexOf(AMPERSAND, start);
    const end = ampersand === -1 ? encoded.length : ampersand;
    if (end > start) {
      const [name, value] = decodePair(encoded.subarray(start, end), parameters.size + 1);
      assertRoom(parameters, name);
      parameters.set(name, value);
    }
    start = end + 1;
  }
  return [...parameters];
}

function assertRoom(parameters: ReadonlyMap<string, string>, name: string): void {
  if (parameters.has(name)) {
    throw new AppError(
      'invalid_parameter',
      `parameter ${shownValue(name)} is given more than once: give it once`,
    );
  }
  if (parameters.size >= PARAMETERS_MAX) {
    throw new AppError(
      'invalid_parameter',
      `parameter ${shownValue(name)} is one too many: at most ${PARAMETERS_MAX} are accepted`,
    );
  }
}

function decodePair(pair: Uint8Array, position: number): Parameter {
  const equals = pair.indexOf(EQUALS);
  const nameBytes = equals === -1 ? pair : pair.subarray(0, equals);
  const valueBytes = equals === -1 ? pair.subarray(pair.length) : pair.subarray(equals + 1);
  const name = decodeText(nameBytes, () => `the name of parameter ${position}`);
  const value = decodeText(valueBytes, () => `the value of parameter ${shownValue(name)}`);
  return [name, value];
}

function decodeText(encoded: Uint8Array, what: () => string): string {
  const decoded = new Uint8Array(encoded.length);
  let length = 0;
  for (let at = 0; at < encoded.length; at += 1) {
    const byte = encoded[at];
    if (byte === PERCENT) {
      decoded[length] = percentByte(encoded, at, what);
      at += 2;
    } else {
      decoded[length] = byte === PLUS ? SPACE : (byte ?? 0);
    }
    length += 1;
  }
  try {
    return utf8.decode(decoded.subarray(0, length));
  } catch (cause) {
    const shown = shownValue(utf8Lenient.decode(decoded.subarray(0, length)));
    throw new AppError('malformed_request', `${what()} is not UTF-8: ${shown}`, { cause });
  }
}

function percentByte(encoded: Uint8Array, at: number, what: () => string): number {
  const high = hexDigit(encoded[at + 1]);
  const low = hexDigit(encoded[at + 2]);
  if (high === undefined || low === undefined) {
    const shown = shownValue(utf8Lenient.decode(encoded.subarray(at, at + 3)));
    throw new AppError(
      'malformed_request',
      `${what()} has broken percent-encoding: ${shown} is not "%" and two hexadecimal digits`,
    );
  }
  return high * 16 + low;
}

function hexDigit(byte: number | undefined): number | undefined {
  if (byte === undefined) {
    return undefined;
  }
  if (byte >= 0x30 && byte <= 0x39) {
    return byte - 0x30;
  }
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : undefined;
}
