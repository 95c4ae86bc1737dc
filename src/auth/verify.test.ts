// Signatures made by a signer of the test's own, and every reason to refuse one.

import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildKey } from '../../test/support/build-key.ts';
import { AppError } from '../domain/errors.ts';
import type { Key } from './keys.ts';
import { ReplayGuard } from './replay-guard.ts';
import { signatureVariantsV2 } from './signature-v1.ts';
import type { Parameter, SignedRequest } from './signed-request.ts';
import { type VerifyV1Options, verifySignatureV1 } from './verify.ts';

const NOW_S = 1_700_000_000;
const WINDOW_MS = 7_200_000;
const clock = { now: () => NOW_S * 1000 };

const key = buildKey();

function optionsWith(different: Partial<Key> = {}): VerifyV1Options {
  const held = { ...key, ...different };
  return {
    keyRing: { find: (secretId) => (secretId === held.secretId ? held : undefined) },
    clock,
    windowMs: WINDOW_MS,
    replayGuard: new ReplayGuard({ clock, windowMs: WINDOW_MS }),
    publicHosts: ['scf.api.qcloud.com'],
  };
}

/** A small signer of its own: PHP's and Node's rules, straight from the documentation. */
function sign(
  method: string,
  host: string,
  given: Readonly<Record<string, string>>,
  secretKey = key.secretKey,
): SignedRequest {
  const sorted = Object.keys(given).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const pieces: string[] = [];
  for (const name of sorted) {
    const value = given[name] ?? '';
    if (name !== '' && !(method === 'POST' && value[0] === '@')) {
      pieces.push(`${name.indexOf('_') > 0 ? name.split('_').join('.') : name}=${value}`);
    }
  }
  const text = `${method}${host}/v2/index.php?${pieces.join('&')}`;
  const algorithm = given['SignatureMethod'] === 'HmacSHA256' ? 'sha256' : 'sha1';
  const signature = createHmac(algorithm, secretKey).update(text).digest('base64');
  const parameters: Parameter[] = [...Object.entries(given), ['Signature', signature]];
  return { method, host, path: '/v2/index.php', parameters };
}

function common(different: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    Action: 'GetFunctionLogs',
    SecretId: key.secretId,
    Timestamp: String(NOW_S),
    Nonce: '7',
    ...different,
  };
}

function verify(request: SignedRequest, options: VerifyV1Options): Key {
  const hosts = [request.host, ...options.publicHosts];
  return verifySignatureV1(request, hosts, signatureVariantsV2(request), options);
}

function refusal(request: SignedRequest, options: VerifyV1Options): AppError {
  try {
    verify(request, options);
  } catch (error) {
    if (error instanceof AppError) {
      return error;
    }
    throw error;
  }
  throw new Error('the request was accepted');
}

describe('a signed request', () => {
  test('verifies whatever its parameters are', () => {
    const names = fc
      .string({ unit: 'binary', maxLength: 12 })
      .filter((name) => name !== '__proto__');
    const extra = fc.dictionary(names, fc.string({ unit: 'binary', maxLength: 30 }), {
      noNullPrototype: true,
    });
    const method = fc.constantFrom('GET', 'POST');
    const algorithm = fc.constantFrom('HmacSHA1', 'HmacSHA256', 'hmacsha256', '');
    fc.assert(
      fc.property(method, algorithm, extra, (chosen, SignatureMethod, given) => {
        // With a Version, Node's client signs differently in a POST; that has a test of its own.
        const { Signature: _signature, Version: _version, ...others } = given;
        const request = sign(chosen, 'h:1', { ...others, ...common({ SignatureMethod }) });
        expect(verify(request, optionsWith()).secretId).toBe(key.secretId);
      }),
      { numRuns: 500 },
    );
  });

  test('verifies when signed for a configured public host', () => {
    const request = sign('GET', 'scf.api.qcloud.com', common());
    expect(verify({ ...request, host: '10.0.0.1:5280' }, optionsWith())).toBeDefined();
  });

  test('is refused when signed for any other host', () => {
    const request = sign('GET', 'example.com', common());
    const refused = refusal({ ...request, host: '10.0.0.1:5280' }, optionsWith());
    expect(refused.code).toBe('signature_mismatch');
  });

  test('is refused in the same words for an unknown SecretId and a wrong Signature', () => {
    const request = sign('GET', 'h', common());
    const unknown = refusal(request, optionsWith({ secretId: 'AKIDOTHER' }));
    const wrong = refusal(request, optionsWith({ secretKey: 'another secret' }));
    expect(unknown).toMatchObject({ code: 'unknown_key', message: wrong.message });
    expect(wrong.code).toBe('signature_mismatch');
    expect(unknown.details).toEqual(wrong.details);
    expect(unknown.message).toMatch(/SecretId "AKIDONE" and Signature/);
  });

  test('is refused for an unknown SecretId whatever SecretKey signed it', () => {
    for (const secretKey of ['', '0'.repeat(40)]) {
      const request = sign('GET', 'h', common(), secretKey);
      expect(refusal(request, optionsWith({ secretId: 'AKIDOTHER' })).code).toBe('unknown_key');
    }
  });

  test('is refused where the base64 of its Signature is not the canonical one', () => {
    const request = sign('GET', 'h', common());
    const loosened = request.parameters.map(([name, value]): Parameter => {
      const last = value.charCodeAt(value.length - 2);
      const next = `${value.slice(0, -2)}${String.fromCharCode(last + 1)}=`;
      return [name, name === 'Signature' ? next : value];
    });
    const changed = new Map(loosened).get('Signature') ?? '';
    const original = new Map(request.parameters).get('Signature') ?? '';
    expect(Buffer.from(changed, 'base64')).toEqual(Buffer.from(original, 'base64'));
    const error = refusal({ ...request, parameters: loosened }, optionsWith());
    expect(error.message).toMatch(/parameter Signature has the value/);
  });

  test('is refused with a signature of the other algorithm’s length', () => {
    const request = sign('GET', 'h', common({ SignatureMethod: 'HmacSHA256' }));
    const parameters = request.parameters.filter(([name]) => name !== 'SignatureMethod');
    expect(refusal({ ...request, parameters }, optionsWith()).message).toMatch(/not its HMAC-SHA1/);
  });
});

describe('a key that is no longer in force', () => {
  test('is named as such to who holds its SecretKey', () => {
    const request = sign('GET', 'h', common());
    const revoked = refusal(request, optionsWith({ revokedAtMs: 0 }));
    expect(revoked.message).toBe(
      'the key of this SecretId was revoked at 1970-01-01T00:00:00.000Z',
    );
    const expired = refusal(request, optionsWith({ expiresAtMs: NOW_S * 1000 }));
    expect(expired.message).toMatch(/expired at 2023-11-14T22:13:20.000Z/);
  });

  test('is like an unknown one to anybody else', () => {
    const request = sign('GET', 'h', common());
    const revoked = refusal(request, optionsWith({ revokedAtMs: 0, secretKey: 'another' }));
    const unknown = refusal(request, optionsWith({ secretId: 'AKIDOTHER' }));
    expect(revoked.message).toBe(unknown.message);
  });
});

describe('the time window', () => {
  test.each([-7200, 7200])('holds a request %d s away', (offS) => {
    const request = sign('GET', 'h', common({ Timestamp: String(NOW_S + offS) }));
    expect(verify(request, optionsWith())).toBeDefined();
  });

  test.each([
    [-7201, 'lies 7201 s before the server'],
    [7201, 'lies 7201 s after the server'],
    [NOW_S * 999, 'after the server'],
  ])('does not hold a request %d s away', (offS, said) => {
    const request = sign('GET', 'h', common({ Timestamp: String(NOW_S + offS) }));
    const error = refusal(request, optionsWith());
    expect(error.code).toBe('signature_expired');
    expect(error.message).toContain(said);
  });

  test('is not looked at before the signature', () => {
    const request = sign('GET', 'h', common({ Timestamp: '1' }));
    expect(refusal(request, optionsWith({ secretKey: 'another' })).code).toBe('signature_mismatch');
  });
});

describe('the token of a temporary key', () => {
  const temporary = { token: 'the token' };

  test('is asked for, and compared', () => {
    const good = sign('GET', 'h', common({ Token: 'the token' }));
    expect(verify(good, optionsWith(temporary))).toBeDefined();
    for (const given of [{}, { Token: '' }, { Token: 'the tokem' }, { Token: 'the token ' }]) {
      const request = sign('GET', 'h', common(given));
      expect(refusal(request, optionsWith(temporary)).code).toBe('token_rejected');
    }
  });

  test('is not looked at for a permanent key', () => {
    expect(verify(sign('GET', 'h', common({ Token: 'any' })), optionsWith())).toBeDefined();
  });
});

describe('a repeated request', () => {
  test('is refused, also when its nonce has gained leading zeros', () => {
    const options = optionsWith();
    verify(sign('GET', 'h', common({ Nonce: '0' })), options);
    expect(refusal(sign('GET', 'h', common({ Nonce: '0' })), options).code).toBe('replayed');
    expect(refusal(sign('GET', 'h', common({ Nonce: '000' })), options).code).toBe('replayed');
  });

  test('is told apart by nonces beyond the exact integers of JavaScript', () => {
    const options = optionsWith();
    verify(sign('GET', 'h', common({ Nonce: '9223372036854775807' })), options);
    expect(verify(sign('GET', 'h', common({ Nonce: '9223372036854775806' })), options)).toBe(
      options.keyRing.find(key.secretId),
    );
  });

  test('does not count where its signature was wrong', () => {
    const options = optionsWith();
    const request = sign('GET', 'h', common());
    refusal({ ...request, host: 'other' }, options);
    expect(verify(request, options)).toBeDefined();
  });
});
