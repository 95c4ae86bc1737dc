// Reads the common parameters that a v1 signature rests on (wire facts A.2), before any key is
// looked at. Says what is missing or not well formed, never whether a key exists.

import { AppError, shownValue } from '../domain/errors.ts';
import type { Parameter } from './signed-request.ts';

export type SignatureAlgorithm = 'sha1' | 'sha256';

export interface CommonParameters {
  readonly secretId: string;
  /** The bytes of Signature: 20 or 32, not necessarily as many as the algorithm yields. */
  readonly digest: Buffer;
  readonly algorithm: SignatureAlgorithm;
  /** Unix seconds. */
  readonly timestampS: number;
  /** Decimal digits without leading zeros: Python's clients go beyond 2^53. */
  readonly nonce: string;
}

/** The one value of SignatureMethod that selects SHA-256; anything else means SHA-1 (A.2). */
const METHOD_SHA256 = 'HmacSHA256';
const TIMESTAMP_TEXT = /^[0-9]{1,15}$/;
const NONCE_TEXT = /^[0-9]{1,20}$/;
const DIGEST_LENGTHS: readonly number[] = [20, 32];

/**
 * Reads SecretId, Signature, SignatureMethod, Timestamp and Nonce.
 *
 * Nonces that differ in leading zeros only are one nonce: refusing them would help nobody, and
 * comparing them as they came would let one number be used many times.
 *
 * @throws AppError auth_failed naming the parameter; `details.problem` is 'missing' or 'malformed'
 */
export function readCommonParameters(parameters: readonly Parameter[]): CommonParameters {
  const given = new Map(parameters);
  const secretId = required(given, 'SecretId', 'the SecretId of a key');
  const signature = required(given, 'Signature', 'the HMAC of the request in base64');
  const timestamp = required(given, 'Timestamp', 'unix time in seconds');
  const nonce = required(given, 'Nonce', 'a random non-negative integer');

  const digest = Buffer.from(signature, 'base64');
  if (!DIGEST_LENGTHS.includes(digest.length) || digest.toString('base64') !== signature) {
    throw malformed('Signature', signature, 'base64 of 20 or 32 bytes, with "+" sent as %2B,');
  }
  if (!TIMESTAMP_TEXT.test(timestamp)) {
    throw malformed('Timestamp', timestamp, 'unix time in whole seconds');
  }
  if (!NONCE_TEXT.test(nonce)) {
    throw malformed('Nonce', nonce, 'a non-negative integer of at most 20 digits');
  }
  return {
    secretId,
    digest,
    algorithm: given.get('SignatureMethod') === METHOD_SHA256 ? 'sha256' : 'sha1',
    timestampS: Number(timestamp),
    nonce: nonce.replace(/^0+(?=[0-9])/, ''),
  };
}

function required(given: ReadonlyMap<string, string>, name: string, accepted: string): string {
  const value = given.get(name);
  if (value === undefined || value === '') {
    const how = value === undefined ? 'missing' : 'empty';
    const misspelled = value === undefined ? misspelling(given, name) : '';
    throw new AppError(
      'auth_failed',
      `the common parameter ${name} is ${how}: ${accepted} is needed${misspelled}`,
      { details: { parameter: name, problem: 'missing' } },
    );
  }
  return value;
}

function misspelling(given: ReadonlyMap<string, string>, name: string): string {
  for (const other of given.keys()) {
    if (other.toLowerCase() === name.toLowerCase()) {
      return `, spelled ${name} and not ${shownValue(other)}`;
    }
  }
  return '';
}

function malformed(name: string, value: string, accepted: string): AppError {
  return new AppError(
    'auth_failed',
    `the common parameter ${name} has the value ${shownValue(value)}: ${accepted} is accepted`,
    { details: { parameter: name, problem: 'malformed' } },
  );
}
