// Decides whether a request that carries a v1 signature comes from the holder of a key, is fresh,
// and is not a repetition. What the key may do is for the caller to ask.

import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';
import { AppError, shownValue } from '../domain/errors.ts';
import { type CommonParameters, readCommonParameters } from './common-parameters.ts';
import { assertKeyInForce, type Key, type KeyRing } from './keys.ts';
import type { ReplayGuard } from './replay-guard.ts';
import { hmacOf, type SignatureV1Variant, textsToSign } from './signature-v1.ts';
import type { SignedRequest } from './signed-request.ts';

export interface VerifyOptions {
  readonly keyRing: KeyRing;
  readonly clock: Clock;
  /** How far Timestamp may lie from the clock, either way; the bound itself passes. */
  readonly windowMs: number;
  readonly replayGuard: ReplayGuard;
  /** Host names besides the Host header that clients may have signed, as behind a proxy. */
  readonly publicHosts: readonly string[];
}

/** Stands in for a key that does not exist, so that finding none takes as long as a mismatch. */
const UNKNOWN_SECRET_KEY = '0'.repeat(40);

/**
 * Verifies a v1 signature, then the key's term, then the time window, then that the request is new.
 *
 * @param variants the readings of the scheme to try, as of `signatureVariantsV2`
 * @returns the key that signed the request
 * @throws AppError auth_failed: a common parameter is missing or malformed; SecretId and Signature
 *   do not belong together (one message for an unknown SecretId and a wrong Signature); or, told
 *   only to who signed rightly, the key was revoked or has expired
 * @throws AppError replayed: outside the window, or seen before
 */
export function verifySignatureV1(
  request: SignedRequest,
  variants: readonly SignatureV1Variant[],
  options: VerifyOptions,
): Key {
  const common = readCommonParameters(request.parameters);
  const found = options.keyRing.find(common.secretId);
  const texts = textsToSign(request, [request.host, ...options.publicHosts], variants);
  const matches = signedOneOf(texts, found?.secretKey ?? UNKNOWN_SECRET_KEY, common);
  if (found === undefined || !matches) {
    throw signatureMismatch(request, common);
  }
  const nowMs = options.clock.now();
  assertKeyInForce(found, nowMs);
  assertInWindow(common.timestampS, nowMs, options.windowMs);
  assertNew(common, options.replayGuard);
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

function signatureMismatch(request: SignedRequest, common: CommonParameters): AppError {
  const method = common.algorithm === 'sha256' ? 'HMAC-SHA256' : 'HMAC-SHA1';
  const start = shownValue(`${request.method}${request.host}${request.path}?`);
  return new AppError(
    'auth_failed',
    `SecretId ${shownValue(common.secretId)} and Signature do not belong together: ` +
      `no such key, or not its ${method} of a text that starts with ${start}`,
    { details: { parameter: 'Signature', problem: 'mismatch' } },
  );
}

function assertInWindow(timestampS: number, nowMs: number, windowMs: number): void {
  const offMs = timestampS * 1000 - nowMs;
  if (Math.abs(offMs) > windowMs) {
    const side = offMs < 0 ? 'before' : 'after';
    const offS = Math.round(Math.abs(offMs) / 1000);
    throw new AppError(
      'replayed',
      `Timestamp "${timestampS}" lies ${offS} s ${side} the server's time: ` +
        `unix seconds at most ${windowMs / 1000} s away are accepted`,
      { details: { parameter: 'Timestamp', problem: 'outside_window' } },
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
