// Decides whether a request that carries a TC3 signature comes from the holder of a key and is
// fresh. The scheme has no nonce, so within its window a request can be sent again.

import { timingSafeEqual } from 'node:crypto';
import { AppError } from '../domain/errors.ts';
import { readTimestampS } from './common-parameters.ts';
import type { Key } from './keys.ts';
import {
  assertCovers,
  hmac,
  readTc3Authorization,
  TC3_SCHEME,
  type Tc3Request,
  tc3BodyHash,
  tc3SigningKey,
  tc3TextToSign,
} from './signature-tc3.ts';
import { assertUsable, mismatch, UNKNOWN_SECRET_KEY, type VerifyOptions } from './verify.ts';

const TIMESTAMP = 'X-TC-Timestamp';

/**
 * Verifies a TC3 signature, then the key's term and token, then the time window.
 *
 * @param authorization the text of that header
 * @param hosts the names that the client may have been configured with, the likeliest first
 * @returns the key that signed the request
 * @throws AppError authorization_invalid, auth_missing, auth_malformed; unknown_key and
 *   signature_mismatch, with one message for both; and, told only to who signed rightly,
 *   auth_failed (revoked or expired), token_rejected, signature_expired
 */
export function verifySignatureTc3(
  request: Tc3Request,
  authorization: string,
  hosts: readonly string[],
  options: VerifyOptions,
): Key {
  const given = readTc3Authorization(authorization);
  const timestampS = timestampOf(request);
  assertCovers(given, request, timestampS);

  const found = options.keyRing.find(given.secretId);
  const signingKey = tc3SigningKey(found?.secretKey ?? UNKNOWN_SECRET_KEY, given);
  const bodyHash = tc3BodyHash(request);
  const matches = hosts.some((host) => {
    const text = tc3TextToSign(request, given, { host, timestampS, bodyHash });
    return timingSafeEqual(hmac(signingKey, text), given.signature);
  });
  if (found === undefined || !matches) {
    throw mismatch(found, given.secretId, { scheme: TC3_SCHEME, start: `${request.method}\n/\n` });
  }
  const token = request.headers['x-tc-token'];
  assertUsable(found, { token: token?.toString(), timestampS }, options);
  return found;
}

function timestampOf({ headers }: Tc3Request): number {
  const text = headers['x-tc-timestamp'];
  if (typeof text !== 'string' || text === '') {
    throw new AppError(
      'auth_missing',
      `the request is missing a required parameter \`Timestamp\`: the header ${TIMESTAMP} with ` +
        'unix time in whole seconds is needed',
      { details: { parameter: TIMESTAMP }, zh: `缺少公共参数 \`Timestamp\`（头部 ${TIMESTAMP}）` },
    );
  }
  return readTimestampS(TIMESTAMP, text);
}
