// What a new key looks like and what each role may do.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildFixedKey,
  createKey,
  isAdmin,
  type Key,
  mayIngest,
  mayRead,
  type Role,
  tokenMatches,
} from './keys.ts';

function keyOf(role: Role, namespaces: Key['namespaces'] = '*'): Key {
  return createKey({ role, namespaces, createdAtMs: 5 });
}

describe('a new key', () => {
  test('has the vendor’s form and no end', () => {
    const key = keyOf('read');
    expect(key.secretId).toMatch(/^AKID[A-Za-z0-9]{32}$/);
    expect(key.secretKey).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(key).toMatchObject({ createdAtMs: 5, expiresAtMs: null, revokedAtMs: null, note: '' });
    expect(key.token).toBeNull();
  });

  test('differs from every other and uses every letter and digit', () => {
    const made = Array.from({ length: 200 }, () => keyOf('read'));
    expect(new Set(made.map(({ secretId }) => secretId)).size).toBe(200);
    expect(new Set(made.map(({ secretKey }) => secretKey).join('')).size).toBe(62);
  });

  test('is not made for an admin of a few namespaces', () => {
    expect(() => keyOf('admin', ['default'])).toThrow(/namespaces: an admin key/);
  });
});

function temporaryKey(): Key {
  return createKey({
    role: 'read',
    namespaces: '*',
    createdAtMs: 5,
    expiresAtMs: 9,
    temporary: true,
  });
}

describe('a temporary key', () => {
  test('has a token and an end', () => {
    expect(temporaryKey().token).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(temporaryKey().token).not.toBe(temporaryKey().token);
    expect(temporaryKey().expiresAtMs).toBe(9);
  });

  test.each([{}, { expiresAtMs: null }])('is not made without an end: %j', (end) => {
    const wanted = { role: 'read', namespaces: '*', createdAtMs: 5, temporary: true } as const;
    expect(() => createKey({ ...wanted, ...end })).toThrow(/^expires: a temporary key must have/);
  });

  test('matches its own token alone', () => {
    const key = temporaryKey();
    const token = key.token ?? '';
    expect(tokenMatches(key, token)).toBe(true);
    for (const given of [undefined, '', token.slice(1), `${token} `, token.toLowerCase()]) {
      expect(tokenMatches(key, given)).toBe(false);
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        expect(tokenMatches(key, given)).toBe(given === token);
      }),
    );
  });
});

describe('a permanent key', () => {
  test('does not look at a token', () => {
    for (const key of [keyOf('read'), buildFixedKey('AKID', 'the-secret')]) {
      expect([undefined, '', 'any'].map((given) => tokenMatches(key, given))).toEqual([
        true,
        true,
        true,
      ]);
    }
  });
});

describe('a role', () => {
  test.each([
    ['ingest', false, true, false],
    ['read', true, false, false],
    ['admin', true, true, true],
  ] as const)('%s: read %s, ingest %s, administer %s', (role, reads, ingests, administers) => {
    const key = keyOf(role);
    expect([mayRead(key, 'a'), mayIngest(key, 'a'), isAdmin(key)]).toEqual([
      reads,
      ingests,
      administers,
    ]);
  });

  test('holds in the namespaces of the key only', () => {
    expect(mayRead(keyOf('read', ['a', 'b']), 'b')).toBe(true);
    expect(mayRead(keyOf('read', ['a', 'b']), 'c')).toBe(false);
    expect(mayIngest(keyOf('ingest', ['a']), 'a')).toBe(true);
    expect(mayIngest(keyOf('ingest', []), 'a')).toBe(false);
  });
});
