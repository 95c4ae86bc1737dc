// A key from the few members that a test is about.

import type { Key } from '../../src/auth/keys.ts';

/** A permanent key of the role read for every namespace. */
export function buildKey(given: Partial<Key> = {}): Key {
  return {
    secretId: 'AKIDONE',
    secretKey: 'the secret',
    token: null,
    role: 'read',
    namespaces: '*',
    createdAtMs: 0,
    expiresAtMs: null,
    revokedAtMs: null,
    note: '',
    ...given,
  };
}
