// HTTP Basic with SecretId and SecretKey, for the native API and operations; and the same two as
// plain text, for senders that can only set a header of their own.

import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import { assertKeyInForce, type Key, type KeyRing, tokenMatches } from './keys.ts';
import { textsEqual } from './texts-equal.ts';

export interface BasicAuthOptions {
  readonly keyRing: KeyRing;
  readonly clock: Clock;
}

interface Credentials {
  readonly secretId: string;
  readonly secretKey: string;
}

/** What a form sends. */
export interface SignIn extends Credentials {
  /** Of a temporary key. */
  readonly token?: string | undefined;
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
  return keyOf(readCredentials(header), 'Authorization', options);
}

/**
 * The key that a header proves to hold whose text is SecretId:SecretKey, not encoded.
 *
 * @param text undefined where the request has no such header
 * @param header its name
 * @throws AppError auth_failed as authenticateBasic does
 */
export function authenticatePlain(
  text: string | undefined,
  header: string,
  options: BasicAuthOptions,
): Key {
  const given = text === undefined ? undefined : splitCredentials(text);
  if (given === undefined) {
    const problem = text === undefined ? 'missing' : 'malformed';
    const what = text === undefined ? `the request has no ${header}` : `${header} has no colon`;
    throw new AppError('auth_failed', `${what}: SecretId:SecretKey is accepted`, {
      details: { header, problem },
    });
  }
  return keyOf(given, header, options);
}

/**
 * The key that a sign-in proves to hold.
 *
 * @throws AppError auth_failed as authenticateBasic does; for a temporary key without its token
 */
export function authenticateSignIn(
  { secretId, secretKey, token }: SignIn,
  options: BasicAuthOptions,
): Key {
  const found = provedKey({ secretId, secretKey }, 'secretId', options);
  if (!tokenMatches(found, token)) {
    throw new AppError(
      'auth_failed',
      'token: the key of this SecretId is temporary, and this is not its token',
      { details: { parameter: 'token', problem: 'mismatch' } },
    );
  }
  return found;
}

function keyOf(given: Credentials, header: string, options: BasicAuthOptions): Key {
  const found = provedKey(given, header, options);
  if (found.token !== null) {
    const scheme = header === 'Authorization' ? 'Basic' : 'this header';
    throw new AppError(
      'auth_failed',
      `${header}: the key of this SecretId is temporary, and ${scheme} has no place for its token: ` +
        'a permanent key is accepted',
      { details: { header, problem: 'temporary_key' } },
    );
  }
  return found;
}

/** @param place where the two were given, for the message */
function provedKey(given: Credentials, place: string, options: BasicAuthOptions): Key {
  const found = options.keyRing.find(given.secretId);
  const matches = textsEqual(given.secretKey, found?.secretKey ?? '');
  if (found === undefined || !matches) {
    throw new AppError(
      'auth_failed',
      `${place}: the SecretId is unknown, or the SecretKey is not its own`,
      { details: { header: place, problem: 'mismatch' } },
    );
  }
  assertKeyInForce(found, options.clock.now());
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
  const given = splitCredentials(Buffer.from(encoded, 'base64').toString('utf8'));
  if (given === undefined) {
    throw unreadable('malformed', 'the Authorization header has no colon between its two parts');
  }
  return given;
}

function splitCredentials(text: string): Credentials | undefined {
  const colon = text.indexOf(':');
  return colon === -1
    ? undefined
    : { secretId: text.slice(0, colon), secretKey: text.slice(colon + 1) };
}

function unreadable(problem: string, what: string): AppError {
  return new AppError('auth_failed', `${what}: Basic with SecretId:SecretKey is accepted`, {
    details: { header: 'Authorization', problem },
  });
}
