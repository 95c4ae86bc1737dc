// What a new key looks like and what each role may do.

import { describe, expect, test } from 'vitest';
import { createKey, isAdmin, type Key, mayIngest, mayRead, type Role } from './keys.ts';

function keyOf(role: Role, namespaces: Key['namespaces'] = '*'): Key {
  return createKey({ role, namespaces, createdAtMs: 5 });
}

describe('a new key', () => {
  test('has the vendor’s form and no end', () => {
    const key = keyOf('read');
    expect(key.secretId).toMatch(/^AKID[A-Za-z0-9]{32}$/);
    expect(key.secretKey).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(key).toMatchObject({ createdAtMs: 5, expiresAtMs: null, revokedAtMs: null, note: '' });
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
