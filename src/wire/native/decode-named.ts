// Named parameters of a query string, each with a decoder of its own, and what the decoders are made of.

import { AppError, shownValue } from '../../domain/errors.ts';
import { parseRfc3339Us } from '../../domain/rfc3339.ts';
import { decodeParameters } from '../decode-parameters.ts';

/** Puts a value into the draft, or throws AppError invalid_parameter. */
export type ParameterDecoder<Draft> = (draft: Draft, value: string, name: string) => void;

export type ParameterDecoders<Draft> = Readonly<Record<string, ParameterDecoder<Draft>>>;

const DIGITS = /^\d{1,16}$/;

/**
 * @param encoded the bytes after the `?`
 * @param draft takes what was given
 * @throws AppError malformed_request, invalid_parameter: with the name, the value and what is
 *   accepted; an unknown name is refused, since leaving it out would answer another question
 */
export function decodeNamed<Draft>(
  encoded: Uint8Array,
  decoders: ParameterDecoders<Draft>,
  draft: Draft,
): Draft {
  for (const [name, value] of decodeParameters(encoded)) {
    const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
    if (decode === undefined) {
      const known = Object.keys(decoders).join(', ');
      throw new AppError(
        'invalid_parameter',
        `there is no parameter ${shownValue(name)}; known: ${known}`,
        { details: { parameter: name } },
      );
    }
    decode(draft, value, name);
  }
  return draft;
}

export function someText(value: string, name: string): string {
  return value === '' ? refuse(name, value, 'leave it out where it does not matter') : value;
}

export function oneOf<Value extends string>(
  accepted: readonly Value[],
  value: string,
  name: string,
): Value {
  const found = accepted.find((one) => one === value);
  return found ?? refuse(name, value, `it takes ${accepted.join(', ')}`);
}

export function whole(value: string, name: string, max: number, min = 0): number {
  const number = DIGITS.test(value) ? Number(value) : Number.NaN;
  return number >= min && number <= max
    ? number
    : refuse(name, value, `it takes a whole number from ${min} to ${max}`);
}

export function timeUs(value: string, name: string): number {
  return (
    parseRfc3339Us(value) ??
    refuse(name, value, 'it takes RFC 3339 with a zone, such as 2026-01-31T12:00:00Z')
  );
}

export function refuse(name: string, value: string, accepted: string): never {
  throw new AppError('invalid_parameter', `${name} is ${shownValue(value)}: ${accepted}`, {
    details: { parameter: name },
  });
}
