// TC3 signatures made by a signer of the test's own, and every reason to refuse one.

import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildKey } from '../../test/support/build-key.ts';
import { AppError } from '../domain/errors.ts';
import type { Key } from './keys.ts';
import type { Tc3Request } from './signature-tc3.ts';
import type { VerifyOptions } from './verify.ts';
import { verifySignatureTc3 } from './verify-tc3.ts';

const NOW_S = 1_700_000_000;
const clock = { now: () => NOW_S * 1000 };

const key = buildKey();

function optionsWith(different: Partial<Key> = {}): VerifyOptions {
  const held = { ...key, ...different };
  return {
    keyRing: { find: (secretId) => (secretId === held.secretId ? held : undefined) },
    clock,
    windowMs: 300_000,
    publicHosts: [],
  };
}

interface Signed {
  readonly request: Tc3Request;
  readonly authorization: string;
}

interface SignOptions {
  readonly method?: string;
  readonly query?: string;
  readonly body?: string;
  readonly host?: string;
  readonly service?: string;
  readonly timestampS?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signedHeaders?: readonly string[];
  readonly secretKey?: string;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const mac = (with_: string | Buffer, text: string) =>
  createHmac('sha256', with_).update(text).digest();

/** Straight from the documentation (wire facts C.2). */
function sign(options: SignOptions = {}): Signed {
  const { method = 'POST', query = '', body = '{}', host = 'h:1', service = 'scf' } = options;
  const { timestampS = NOW_S, secretKey = key.secretKey } = options;
  const headers: Record<string, string> = {
    host,
    'content-type': 'application/json',
    'x-tc-timestamp': String(timestampS),
    ...options.headers,
  };
  const names = options.signedHeaders ?? ['content-type', 'host'];
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim().toLowerCase()}\n`);
  const canonical = [
    method,
    '/',
    query,
    lines.join(''),
    names.join(';'),
    sha256(method === 'GET' ? '' : body),
  ].join('\n');
  const date = new Date(timestampS * 1000).toISOString().slice(0, 10);
  const scope = `${date}/${service}/tc3_request`;
  const text = `TC3-HMAC-SHA256\n${timestampS}\n${scope}\n${sha256(canonical)}`;
  const signing = mac(mac(mac(`TC3${secretKey}`, date), service), 'tc3_request');
  const signature = mac(signing, text).toString('hex');
  return {
    request: { method, query, headers, body: Buffer.from(body) },
    authorization: `TC3-HMAC-SHA256 Credential=${key.secretId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

function verify({ request, authorization }: Signed, options = optionsWith(), hosts?: string[]) {
  const tried = hosts ?? [String(request.headers['host'])];
  return verifySignatureTc3(request, authorization, tried, options);
}

function refusal(signed: Signed, options?: VerifyOptions, hosts?: string[]): AppError {
  try {
    verify(signed, options, hosts);
  } catch (error) {
    if (error instanceof AppError) {
      return error;
    }
    throw error;
  }
  throw new Error('was not refused');
}

describe('a signed request', () => {
  test('verifies, whatever its body, query, service and further signed headers', () => {
    const text = fc.string({ unit: 'binary' });
    const service = fc.stringMatching(/^[a-z0-9.:-]{0,20}$/);
    const method = fc.constantFrom('GET', 'POST');
    fc.assert(
      fc.property(method, text, text, service, text, (chosen, body, query, named, action) => {
        const header = Buffer.from(action).toString('hex');
        const signed = sign({
          method: chosen,
          body,
          query: encodeURIComponent(query.toWellFormed()),
          service: named,
          headers: { 'x-tc-action': `  Get${header} ` },
          signedHeaders: ['content-type', 'host', 'x-tc-action'],
        });
        expect(verify(signed).secretId).toBe(key.secretId);
      }),
      { numRuns: 500 },
    );
  });

  test('verifies for a host that is tried besides the Host header', () => {
    const signed = sign({ host: 'scf.tencentcloudapi.com' });
    const moved = { ...signed.request, headers: { ...signed.request.headers, host: 'h:1' } };
    const hosts = ['h:1', 'h', 'scf.tencentcloudapi.com'];
    expect(verify({ ...signed, request: moved }, optionsWith(), hosts)).toBeDefined();
    const refused = refusal({ ...signed, request: moved }, optionsWith(), ['h:1', 'h']);
    expect(refused.code).toBe('signature_mismatch');
  });

  test('is refused once any byte of its body differs', () => {
    const body = '{"FunctionName":"中文 a+b"}';
    const signed = sign({ body });
    const bytes = Buffer.from(body);
    const change = fc.record({
      at: fc.nat({ max: bytes.length - 1 }),
      difference: fc.integer({ min: 1, max: 255 }),
    });
    fc.assert(
      fc.property(change, ({ at, difference }) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(at) ^ difference, at);
        const request = { ...signed.request, body: changed };
        expect(refusal({ ...signed, request }).code).toBe('signature_mismatch');
      }),
    );
  });

  test('is refused in the same words for an unknown SecretId and a wrong Signature', () => {
    const unknown = refusal(sign(), optionsWith({ secretId: 'AKIDOTHER' }));
    const wrong = refusal(sign(), optionsWith({ secretKey: 'another secret' }));
    expect(unknown.code).toBe('unknown_key');
    expect(wrong.code).toBe('signature_mismatch');
    expect(unknown.message).toBe(wrong.message);
    expect(unknown.zh).toBe(wrong.zh);
  });

  test('is refused for an unknown SecretId whatever SecretKey signed it', () => {
    for (const secretKey of ['', '0'.repeat(40)]) {
      const refused = refusal(sign({ secretKey }), optionsWith({ secretId: 'AKIDOTHER' }));
      expect(refused.code).toBe('unknown_key');
    }
  });
});

describe('an Authorization header', () => {
  const { authorization } = sign();
  test.each([
    ['another scheme', 'Basic QTpC'],
    ['the SDK’s option skipSign', 'SKIP'],
    ['nothing', ''],
    ['a signature in capitals', authorization.replace(/[0-9a-f]{64}$/, (hex) => hex.toUpperCase())],
    ['a signature that is too short', authorization.slice(0, -1)],
    ['no SignedHeaders', authorization.replace('SignedHeaders=content-type;host, ', '')],
    ['another termination', authorization.replace('tc3_request', 'tc4_request')],
    ['a tail', `${authorization}, Extra=1`],
  ])('with %s is refused', (_what, header) => {
    expect(refusal({ ...sign(), authorization: header }).code).toBe('authorization_invalid');
  });

  test.each([[['content-type']], [['host']]])('that signs only %j is refused', (signedHeaders) => {
    expect(refusal(sign({ signedHeaders })).code).toBe('authorization_invalid');
  });

  test('that signs a header which is not there is refused', () => {
    const signed = sign({ signedHeaders: ['content-type', 'host', 'x-tc-action'] });
    expect(refusal(signed)).toMatchObject({
      code: 'authorization_invalid',
      message: expect.stringContaining('x-tc-action'),
    });
  });

  test('of another day than its timestamp is refused', () => {
    const signed = sign();
    const other = signed.authorization.replace('2023-11-14', '2023-11-13');
    expect(refusal({ ...signed, authorization: other }).code).toBe('authorization_invalid');
  });
});

describe('the time of a request', () => {
  test.each([-300, 300])('may be %d s off', (offS) => {
    expect(verify(sign({ timestampS: NOW_S + offS }))).toBeDefined();
  });

  test.each([-301, 301, NOW_S * 9])('may not be %d s off', (offS) => {
    expect(refusal(sign({ timestampS: NOW_S + offS })).code).toBe('signature_expired');
  });

  test('has to be there, in digits', () => {
    const signed = sign();
    const { 'x-tc-timestamp': _, ...without } = signed.request.headers;
    const request = { ...signed.request, headers: without };
    expect(refusal({ ...signed, request }).code).toBe('auth_missing');
    for (const text of ['soon', '1.7e9', '-1', ' 1', '9'.repeat(16)]) {
      const headers = { ...signed.request.headers, 'x-tc-timestamp': text };
      const changed = { ...signed.request, headers };
      expect(refusal({ ...signed, request: changed }).code).toBe('auth_malformed');
    }
  });

  test('may lie beyond what a date can hold', () => {
    const signed = sign();
    const headers = { ...signed.request.headers, 'x-tc-timestamp': '9'.repeat(15) };
    const request = { ...signed.request, headers };
    expect(refusal({ ...signed, request }).code).toBe('authorization_invalid');
  });
});

test('a temporary key needs its token, a permanent one takes any', () => {
  const withToken = (token: string) => sign({ headers: { 'x-tc-token': token } });
  expect(verify(withToken('the token'), optionsWith({ token: 'the token' }))).toBeDefined();
  expect(verify(withToken('any'))).toBeDefined();
  const temporary = optionsWith({ token: 'the token' });
  expect(refusal(withToken('the tokem'), temporary).code).toBe('token_rejected');
  expect(refusal(sign(), temporary).code).toBe('token_rejected');
});

test('a revoked or expired key is named as such to who holds its SecretKey', () => {
  expect(refusal(sign(), optionsWith({ revokedAtMs: 0 })).message).toMatch(/was revoked/);
  expect(refusal(sign(), optionsWith({ expiresAtMs: 1 })).message).toMatch(/expired at/);
});
