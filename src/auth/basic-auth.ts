// HTTP Basic with SecretId and SecretKey, for the native API and operations.

import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import { assertKeyInForce, type Key, type KeyRing } from './keys.ts';
import { textsEqual } from './texts-equal.ts';

export interface BasicAuthOptions {
  readonly keyRing: KeyRing;
  readonly clock: Clock;
}

interface Credentials {
  readonly secretId: string;
  readonly secretKey: string;
}

const BASIC_HEADER = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i;

/**
 * The key that an Authorization header proves to hold.
 *
 * @param header the header's text, undefined where the request has none
 * @throws AppError auth_failed: no header, not Basic, an unknown SecretId or a wrong SecretKey (one
 *   message for both), or, told only to who gave the right SecretKey, a key revoked, expired or
 *   temporary
 */
export function authenticateBasic(header: string | undefined, options: BasicAuthOptions): Key {
  const given = readCredentials(header);
  const found = options.keyRing.find(given.secretId);
  const matches = textsEqual(given.secretKey, found?.secretKey ?? '');
  if (found === undefined || !matches) {
    throw new AppError(
      'auth_failed',
      'Authorization: the SecretId is unknown, or the SecretKey is not its own',
      { details: { header: 'Authorization', problem: 'mismatch' } },
    );
  }
  assertKeyInForce(found, options.clock.now());
  if (found.token !== null) {
    throw new AppError(
      'auth_failed',
      'Authorization: the key of this SecretId is temporary, and Basic has no place for its token: ' +
        'a permanent key is accepted',
      { details: { header: 'Authorization', problem: 'temporary_key' } },
    );
  }
  return found;
}

function readCredentials(header: string | undefined): Credentials {
  if (header === undefined) {
    throw unreadable('missing', 'the request has no Authorization header');
  }
  const encoded = BASIC_HEADER.exec(header)?.[1];
  if (encoded === undefined) {
    throw unreadable('malformed', 'the Authorization header is not of the scheme Basic');
  }
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) {
    throw unreadable('malformed', 'the Authorization header has no colon between its two parts');
  }
  return { secretId: text.slice(0, colon), secretKey: text.slice(colon + 1) };
}

function unreadable(problem: string, what: string): AppError {
  return new AppError('auth_failed', `${what}: Basic with SecretId:SecretKey is accepted`, {
    details: { header: 'Authorization', problem },
  });
}
