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
 * @throws AppError auth_missing or auth_malformed naming the parameter; signature_mismatch for a
 *   Signature that no HMAC can be
 */
export function readCommonParameters(parameters: readonly Parameter[]): CommonParameters {
  const given = new Map(parameters);
  const secretId = required(given, 'SecretId', 'the SecretId of a key');
  const signature = required(given, 'Signature', 'the HMAC of the request in base64');
  const timestamp = required(given, 'Timestamp', 'unix time in seconds');
  const nonce = required(given, 'Nonce', 'a random non-negative integer');

  const digest = Buffer.from(signature, 'base64');
  if (!DIGEST_LENGTHS.includes(digest.length) || digest.toString('base64') !== signature) {
    throw malformed('signature_mismatch', 'Signature', signature, {
      en: 'base64 of 20 or 32 bytes, with "+" sent as %2B,',
      zh: '20 或 32 字节的 base64（"+" 须编码为 %2B）',
    });
  }
  const timestampS = readTimestampS('Timestamp', timestamp);
  if (!NONCE_TEXT.test(nonce)) {
    throw malformed('auth_malformed', 'Nonce', nonce, {
      en: 'a non-negative integer of at most 20 digits',
      zh: '不超过 20 位的非负整数',
    });
  }
  return {
    secretId,
    digest,
    algorithm: given.get('SignatureMethod') === METHOD_SHA256 ? 'sha256' : 'sha1',
    timestampS,
    nonce: nonce.replace(/^0+(?=[0-9])/, ''),
  };
}

/**
 * @param name how the front calls the parameter
 * @returns unix seconds
 * @throws AppError auth_malformed
 */
export function readTimestampS(name: string, value: string): number {
  if (!TIMESTAMP_TEXT.test(value)) {
    throw malformed('auth_malformed', name, value, {
      en: 'unix time in whole seconds',
      zh: '以秒为单位的 UNIX 时间戳',
    });
  }
  return Number(value);
}

function required(given: ReadonlyMap<string, string>, name: string, accepted: string): string {
  const value = given.get(name);
  if (value === undefined || value === '') {
    const how = value === undefined ? 'missing' : 'empty';
    const misspelled = value === undefined ? misspelling(given, name) : '';
    throw new AppError(
      'auth_missing',
      `the common parameter ${name} is ${how}: ${accepted} is needed${misspelled}`,
      { details: { parameter: name }, zh: `缺少公共参数 \`${name}\`` },
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

function malformed(
  code: 'auth_malformed' | 'signature_mismatch',
  name: string,
  value: string,
  accepted: { readonly en: string; readonly zh: string },
): AppError {
  const shown = shownValue(value);
  return new AppError(
    code,
    `the common parameter ${name} has the value ${shown}: ${accepted.en} is accepted`,
    { details: { parameter: name }, zh: `公共参数 ${name} 的值 ${shown} 无效：须为${accepted.zh}` },
  );
}
