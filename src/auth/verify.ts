// Decides whether a request that carries a v1 signature comes from the holder of a key, is fresh,
// and, where the front asks for that, is not a repetition. What the key may do is for the caller
// to ask.

import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';
import { AppError, shownValue } from '../domain/errors.ts';
import { type CommonParameters, readCommonParameters } from './common-parameters.ts';
import { assertKeyInForce, type Key, type KeyRing, tokenMatches } from './keys.ts';
import type { ReplayGuard } from './replay-guard.ts';
import { hmacOf, type SignatureV1Variant, textsToSign } from './signature-v1.ts';
import type { SignedRequest } from './signed-request.ts';

export interface VerifyOptions {
  readonly keyRing: KeyRing;
  readonly clock: Clock;
  /** How far the timestamp may lie from the clock, either way; the bound itself passes. */
  readonly windowMs: number;
  /** Host names besides the Host header that clients may have signed, as behind a proxy. */
  readonly publicHosts: readonly string[];
}

export interface VerifyV1Options extends VerifyOptions {
  /** Undefined where the API takes a request again, as API 3.0 does. */
  readonly replayGuard: ReplayGuard | undefined;
}

/** Stands in for a key that does not exist, so that finding none takes as long as a mismatch. */
export const UNKNOWN_SECRET_KEY = '0'.repeat(40);

/**
 * Verifies a v1 signature, then the key's term and token, then the time window, then that the
 * request is new.
 *
 * @param hosts the names that the client may have been configured with, the likeliest first
 * @param variants the readings of the scheme to try, as of `signatureVariantsV2`
 * @returns the key that signed the request
 * @throws AppError auth_missing, auth_malformed: a common parameter; unknown_key and
 *   signature_mismatch, with one message for both; and, told only to who signed rightly,
 *   auth_failed (revoked or expired), token_rejected, signature_expired, replayed
 */
export function verifySignatureV1(
  request: SignedRequest,
  hosts: readonly string[],
  variants: readonly SignatureV1Variant[],
  options: VerifyV1Options,
): Key {
  const common = readCommonParameters(request.parameters);
  const found = options.keyRing.find(common.secretId);
  const texts = textsToSign(request, hosts, variants);
  const matches = signedOneOf(texts, found?.secretKey ?? UNKNOWN_SECRET_KEY, common);
  if (found === undefined || !matches) {
    throw mismatch(found, common.secretId, {
      scheme: common.algorithm === 'sha256' ? 'HMAC-SHA256' : 'HMAC-SHA1',
      start: `${request.method}${request.host}${request.path}?`,
    });
  }
  const token = request.parameters.find(([name]) => name === 'Token')?.[1];
  assertUsable(found, { token, timestampS: common.timestampS }, options);
  if (options.replayGuard !== undefined) {
    assertNew(common, options.replayGuard);
  }
  return found;
}

function signedOneOf(
  texts: readonly string[],
  secretKey: string,
  { digest, algorithm }: CommonParameters,
): boolean {
  return texts.some((text) => {
    const expected = hmacOf(text, secretKey, algorithm);
    return expected.length === digest.length && timingSafeEqual(expected, digest);
  });
}

/**
 * The error of a signature that is not its key's.
 *
 * @param found the key of the SecretId, undefined where there is none: decides the code alone
 * @param signed how the signature is made, and how the text begins that it should be made of
 */
export function mismatch(
  found: Key | undefined,
  secretId: string,
  { scheme, start }: { readonly scheme: string; readonly start: string },
): AppError {
  const id = shownValue(secretId);
  return new AppError(
    found === undefined ? 'unknown_key' : 'signature_mismatch',
    `SecretId ${id} and Signature do not belong together: ` +
      `no such key, or not its ${scheme} of a text that starts with ${shownValue(start)}`,
    { zh: `请求签名验证失败：SecretId ${id} 不存在，或签名与其密钥不符，请检查签名计算` },
  );
}

/** What a request brings along that its key has to agree with. */
export interface Presented {
  readonly token: string | undefined;
  /** Unix seconds. */
  readonly timestampS: number;
}

/**
 * For who has signed rightly: is the key in force, is its token there, is the request fresh.
 *
 * @throws AppError auth_failed, token_rejected, signature_expired
 */
export function assertUsable(key: Key, { token, timestampS }: Presented, options: VerifyOptions) {
  const nowMs = options.clock.now();
  assertKeyInForce(key, nowMs);
  if (!tokenMatches(key, token)) {
    throw new AppError(
      'token_rejected',
      `Token is ${token === undefined ? 'missing' : 'not the one'} of this temporary key: ` +
        'the token that the key was made with is accepted',
      { zh: '临时密钥的 Token 缺失或错误' },
    );
  }
  assertInWindow(timestampS, nowMs, options.windowMs);
}

function assertInWindow(timestampS: number, nowMs: number, windowMs: number): void {
  const offMs = timestampS * 1000 - nowMs;
  if (Math.abs(offMs) > windowMs) {
    const side = offMs < 0 ? 'before' : 'after';
    const offS = Math.round(Math.abs(offMs) / 1000);
    const windowS = windowMs / 1000;
    throw new AppError(
      'signature_expired',
      `Timestamp "${timestampS}" lies ${offS} s ${side} the server's time: ` +
        `unix seconds at most ${windowS} s away are accepted`,
      {
        zh: `签名已过期：Timestamp "${timestampS}" 与服务器时间相差 ${offS} 秒，最多 ${windowS} 秒`,
      },
    );
  }
}

function assertNew(common: CommonParameters, replayGuard: ReplayGuard): void {
  const admission = replayGuard.admit(common);
  if (admission === 'new') {
    return;
  }
  const { nonce, timestampS } = common;
  throw new AppError(
    'replayed',
    admission === 'seen'
      ? `Nonce "${nonce}" was used with Timestamp "${timestampS}" before: sign with another Nonce`
      : `Timestamp "${timestampS}" is too old to tell whether Nonce "${nonce}" was used before: ` +
          'sign the request anew',
    { details: { parameter: 'Nonce', problem: admission } },
  );
}
