// Who HTTP Basic lets in, and that it says no more than it should to anybody else.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authenticateBasic, authenticatePlain } from './basic-auth.ts';
import { createKey, type Key } from './keys.ts';

const NOW_MS = 1_700_000_000_000;
const key = createKey({ role: 'read', namespaces: '*', createdAtMs: 0 });

function authenticate(header: string | undefined, different: Partial<Key> = {}): Key {
  const held = { ...key, ...different };
  return authenticateBasic(header, {
    keyRing: { find: (secretId) => (secretId === held.secretId ? held : undefined) },
    clock: { now: () => NOW_MS },
  });
}

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

function messageOf(header: string | undefined, different: Partial<Key> = {}): string {
  try {
    authenticate(header, different);
  } catch (error) {
    expect(error).toMatchObject({ code: 'auth_failed' });
    return error instanceof Error ? error.message : '';
  }
  return 'accepted';
}

describe('HTTP Basic', () => {
  const header = basic(`${key.secretId}:${key.secretKey}`);

  test('gives the key, whatever the letter case of the scheme', () => {
    expect(authenticate(header).secretId).toBe(key.secretId);
    expect(authenticate(header.replace('Basic', 'bASIC'))).toEqual(key);
  });

  test('takes a SecretKey that holds colons and text beyond ASCII', () => {
    expect(authenticate(basic(`${key.secretId}:a:ü:`), { secretKey: 'a:ü:' })).toBeDefined();
  });

  test.each([
    [undefined, 'has no Authorization header'],
    ['', 'not of the scheme Basic'],
    ['Bearer abc', 'not of the scheme Basic'],
    ['Basic', 'not of the scheme Basic'],
    ['Basic !!!', 'not of the scheme Basic'],
    [basic('no colon'), 'no colon'],
  ])('refuses the header %j', (given, said) => {
    expect(messageOf(given)).toContain(said);
  });

  test('refuses an unknown SecretId and a wrong SecretKey in the same words', () => {
    const wrong = messageOf(basic(`${key.secretId}:x`));
    expect(wrong).toMatch(/SecretId is unknown, or the SecretKey/);
    expect(messageOf(basic(`AKIDOTHER:${key.secretKey}`))).toBe(wrong);
    expect(messageOf(basic('AKIDOTHER:'))).toBe(wrong);
    expect(messageOf(basic(`${key.secretId}:x`), { revokedAtMs: 0 })).toBe(wrong);
  });

  test('tells the holder of a key that it was revoked or has expired', () => {
    expect(messageOf(header, { revokedAtMs: NOW_MS })).toMatch(/revoked at 2023-11-14/);
    expect(messageOf(header, { expiresAtMs: NOW_MS })).toMatch(/expired at 2023-11-14/);
    expect(messageOf(header, { expiresAtMs: NOW_MS + 1 })).toBe('accepted');
  });

  test('tells the holder of a temporary key, and nobody else, that there is no place for its token', () => {
    const temporary = { token: 'the-token', expiresAtMs: NOW_MS + 1 };
    expect(messageOf(header, temporary)).toMatch(/is temporary.* no place for its token/);
    expect(messageOf(header, { ...temporary, expiresAtMs: NOW_MS })).toMatch(/expired at/);
    const wrong = basic(`${key.secretId}:x`);
    expect(messageOf(wrong, temporary)).toBe(messageOf(wrong));
    expect(messageOf(basic(`${key.secretId}:${key.secretKey}the-token`), temporary)).toBe(
      messageOf(wrong),
    );
  });

  test('accepts nothing but the SecretKey itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (guess) => {
        fc.pre(guess !== key.secretKey);
        expect(messageOf(basic(`${key.secretId}:${guess}`))).not.toBe('accepted');
      }),
    );
  });
});

describe('a header of its own', () => {
  const HEADER = 'X-Access-Key';
  const proved = (text: string | undefined, different: Partial<Key> = {}) => {
    const held = { ...key, ...different };
    return authenticatePlain(text, HEADER, {
      keyRing: { find: (secretId) => (secretId === held.secretId ? held : undefined) },
      clock: { now: () => NOW_MS },
    });
  };

  test('gives the key to SecretId:SecretKey as it is', () => {
    expect(proved(`${key.secretId}:${key.secretKey}`)).toEqual(key);
    expect(proved(`${key.secretId}:a:b`, { secretKey: 'a:b' })).toMatchObject({ role: 'read' });
  });

  test.each([
    [undefined, {}, 'the request has no X-Access-Key: SecretId:SecretKey is accepted'],
    ['', {}, 'X-Access-Key has no colon'],
    [`${key.secretId}:x`, {}, 'X-Access-Key: the SecretId is unknown, or the SecretKey is not its'],
    ['AKIDOTHER:', {}, 'X-Access-Key: the SecretId is unknown, or the SecretKey is not its'],
    [`${key.secretId}:${key.secretKey}`, { revokedAtMs: NOW_MS }, 'was revoked'],
    [
      `${key.secretId}:${key.secretKey}`,
      { token: 'the-token', expiresAtMs: NOW_MS + 1 },
      'is temporary, and this header has no place for its token',
    ],
  ])('refuses %j with %j', (text, different, said) => {
    expect(() => proved(text, different)).toThrow(
      expect.objectContaining({
        code: 'auth_failed',
        message: expect.stringContaining(said),
      }),
    );
  });
});
