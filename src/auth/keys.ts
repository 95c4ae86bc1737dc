// Keys: who may call, in which role, for which namespaces, and until when. Where keys are kept is
// not decided here.

import { randomInt } from 'node:crypto';
import { AppError, shownValue } from '../domain/errors.ts';
import { textsEqual } from './texts-equal.ts';

/** ingest writes only, read reads only, admin does everything. */
export type Role = 'ingest' | 'read' | 'admin';

export interface Key {
  readonly secretId: string;
  readonly secretKey: string;
  /** What a temporary key has to be sent with; null for a permanent one. */
  readonly token: string | null;
  readonly role: Role;
  /** The namespaces that the key may touch; '*' is all. An admin key always has '*'. */
  readonly namespaces: readonly string[] | '*';
  /** Milliseconds since 1970, like the two below. */
  readonly createdAtMs: number;
  /** The first moment at which the key is no longer good; null is never. */
  readonly expiresAtMs: number | null;
  readonly revokedAtMs: number | null;
  readonly note: string;
}

export interface KeyRing {
  /** The key of this SecretId, revoked and expired ones included; undefined where there is none. */
  find(secretId: string): Key | undefined;
}

export interface NewKey {
  readonly role: Role;
  readonly namespaces: readonly string[] | '*';
  readonly createdAtMs: number;
  readonly expiresAtMs?: number | null;
  readonly note?: string;
  /** With a token, which every request has to carry; such a key must have an end. */
  readonly temporary?: boolean;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SECRET_ID_PREFIX = 'AKID';
const SECRET_ID_RANDOM_LENGTH = 32;
const SECRET_KEY_LENGTH = 40;
const TOKEN_LENGTH = 64;

/**
 * Makes a key with a random SecretId (AKID and 32 letters or digits, the vendor's form), a random
 * SecretKey of 40 letters or digits and, where it is temporary, a random token of 64.
 *
 * @throws AppError invalid_parameter for an admin key that is bound to namespaces: who may make
 *   keys cannot be held to a namespace, and a bound that does not bind would mislead; and for a
 *   temporary key without an end
 */
export function createKey(wanted: NewKey): Key {
  if (wanted.role === 'admin' && wanted.namespaces !== '*') {
    throw new AppError(
      'invalid_parameter',
      'namespaces: an admin key reaches every namespace; give "*", or the role ingest or read',
    );
  }
  const temporary = wanted.temporary ?? false;
  const expiresAtMs = wanted.expiresAtMs ?? null;
  if (temporary && expiresAtMs === null) {
    throw new AppError(
      'invalid_parameter',
      'expires: a temporary key must have an end; say when, such as 2h, or make a permanent key',
    );
  }
  return {
    secretId: SECRET_ID_PREFIX + randomText(SECRET_ID_RANDOM_LENGTH),
    secretKey: randomText(SECRET_KEY_LENGTH),
    token: temporary ? randomText(TOKEN_LENGTH) : null,
    role: wanted.role,
    namespaces: wanted.namespaces,
    createdAtMs: wanted.createdAtMs,
    expiresAtMs,
    revokedAtMs: null,
    note: wanted.note ?? '',
  };
}

/** The admin key that the settings give: it has no age and no end. */
export function buildFixedKey(secretId: string, secretKey: string): Key {
  return {
    secretId,
    secretKey,
    token: null,
    role: 'admin',
    namespaces: '*',
    createdAtMs: 0,
    expiresAtMs: null,
    revokedAtMs: null,
    note: 'from the settings',
  };
}

/** Whether the key may read the records of the namespace. */
export function mayRead(key: Key, namespace: string): boolean {
  return isAdmin(key) || (key.role === 'read' && reaches(key, namespace));
}

/** @throws AppError unauthorized where the key may not read the records of the namespace */
export function assertMayRead(key: Key, namespace: string): void {
  if (!mayRead(key, namespace)) {
    const [id, name] = [shownValue(key.secretId), shownValue(namespace)];
    throw new AppError(
      'unauthorized',
      `the key ${id} of the role ${key.role} may not read the namespace ${name}`,
      { zh: `密钥 ${id}（角色 ${key.role}）无权读取命名空间 ${name}` },
    );
  }
}

/** Whether the key may write records into the namespace. */
export function mayIngest(key: Key, namespace: string): boolean {
  return isAdmin(key) || (key.role === 'ingest' && reaches(key, namespace));
}

/** Whether the key may do everything, in every namespace. */
export function isAdmin(key: Key): boolean {
  return key.role === 'admin';
}

/**
 * Whether a request shows the token that its key asks for. A permanent key asks for none: whatever
 * was given with it is not looked at.
 */
export function tokenMatches(key: Key, given: string | undefined): boolean {
  return key.token === null || (given !== undefined && textsEqual(given, key.token));
}

/**
 * Refuses a key that was revoked or has expired. Only for a caller who has proved to hold the
 * SecretKey: the message says what became of the key.
 *
 * @param nowMs milliseconds since 1970
 * @throws AppError auth_failed
 */
export function assertKeyInForce(key: Key, nowMs: number): void {
  if (key.revokedAtMs !== null && nowMs >= key.revokedAtMs) {
    throw new AppError(
      'auth_failed',
      `the key of this SecretId was revoked at ${timeText(key.revokedAtMs)}`,
      { details: { parameter: 'SecretId', problem: 'key_revoked' } },
    );
  }
  if (key.expiresAtMs !== null && nowMs >= key.expiresAtMs) {
    throw new AppError(
      'auth_failed',
      `the key of this SecretId expired at ${timeText(key.expiresAtMs)}`,
      { details: { parameter: 'SecretId', problem: 'key_expired' } },
    );
  }
}

function reaches(key: Key, namespace: string): boolean {
  return key.namespaces === '*' || key.namespaces.includes(namespace);
}

function randomText(length: number): string {
  let text = '';
  for (let at = 0; at < length; at += 1) {
    // randomInt draws again instead of taking a remainder, so every character is equally likely.
    text += ALPHABET.charAt(randomInt(ALPHABET.length));
  }
  return text;
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
