// The raw requests of the vendor's Node client for API 2.0, byte for byte, against the verifier.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Key } from '../../src/auth/keys.ts';
import { ReplayGuard } from '../../src/auth/replay-guard.ts';
import { signatureVariantsV2 } from '../../src/auth/signature-v1.ts';
import type { SignedRequest } from '../../src/auth/signed-request.ts';
import { verifySignatureV1 } from '../../src/auth/verify.ts';
import { decodeParameters } from '../../src/wire/decode-parameters.ts';
import { fixedClock, keyRingOf, keys } from './front-app.ts';
import { captureFiles, readCapture } from './read-capture.ts';
import { buildV2App, PATH } from './v2-app.ts';

const REFUSED = 'q2-get-tc2.http';

const key: Key = { ...keys.reader, secretId: 'AKIDEXAMPLE', secretKey: 'secret' };

interface Capture extends SignedRequest {
  readonly target: string;
  readonly body: Buffer;
}

function readSigned(file: string): Capture {
  const { method, target, query, headers, body } = readCapture(file);
  const parameters = decodeParameters(method === 'POST' ? body : Buffer.from(query, 'latin1'));
  return { method, target, host: headers['host'] ?? '', path: PATH, parameters, body };
}

function verify(request: SignedRequest): Key {
  const windowMs = 7_200_000;
  return verifySignatureV1(request, [request.host], signatureVariantsV2(request), {
    keyRing: keyRingOf(key),
    clock: fixedClock,
    windowMs,
    replayGuard: new ReplayGuard({ clock: fixedClock, windowMs }),
    publicHosts: [],
  });
}

const files = captureFiles('q2-');
const accepted = files.filter((file) => file !== REFUSED);

describe('the captured requests of qcloudapi-sdk', () => {
  test('are all here', () => {
    expect(files).toHaveLength(12);
  });

  test.each(accepted)('%s verifies', (file) => {
    expect(verify(readSigned(file)).secretId).toBe('AKIDEXAMPLE');
  });

  test.each(accepted)('%s is answered with success by the route', async (file) => {
    const { method, target, host, body } = readSigned(file);
    const app = await buildV2App({ keyRing: keyRingOf(key) });
    const reply = await app.inject({
      method: method === 'POST' ? 'POST' : 'GET',
      url: target,
      headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
      ...(method === 'POST' ? { payload: body } : {}),
    });
    expect(reply.json()).toEqual({ code: 0, message: '', codeDesc: 'Success', total: 0, data: [] });
  });

  test('the unfinished TC2-HmacSHA256 scheme is refused', () => {
    expect(() => verify(readSigned(REFUSED))).toThrow(/SecretId .* and Signature do not belong/);
  });

  test.each(accepted)('%s is refused once any one byte of a signed value differs', (file) => {
    const capture = readSigned(file);
    const signedValues = capture.parameters
      .map(([name, value], index) => ({ name, index, bytes: Buffer.from(value, 'utf8') }))
      .filter(({ name, bytes }) => name !== 'Signature' && bytes.length > 0)
      .filter(({ bytes }) => capture.method !== 'POST' || bytes[0] !== '@'.charCodeAt(0));
    const change = fc.constantFrom(...signedValues).chain(({ index, bytes }) =>
      fc.record({
        index: fc.constant(index),
        bytes: fc.constant(bytes),
        at: fc.nat({ max: bytes.length - 1 }),
        difference: fc.integer({ min: 1, max: 255 }),
      }),
    );
    fc.assert(
      fc.property(change, ({ index, bytes, at, difference }) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(at) ^ difference, at);
        const parameters = capture.parameters.map(([name, value], each): [string, string] =>
          each === index ? [name, changed.toString('utf8')] : [name, value],
        );
        expect(() => verify({ ...capture, parameters })).toThrow(/Signature|Timestamp|Nonce/);
      }),
      { numRuns: 300 },
    );
  });

  test.each(accepted)('%s is refused with a parameter added, renamed or taken away', (file) => {
    const capture = readSigned(file);
    const { parameters } = capture;
    const added = [...parameters, ['limit2', '1'] as const];
    const renamed = parameters.map(([name, value]): [string, string] => [
      name === 'functionName' ? 'FunctionName' : name,
      value,
    ]);
    const without = parameters.filter(([name]) => name !== 'RequestClient');
    for (const changed of [added, renamed, without]) {
      expect(() => verify({ ...capture, parameters: changed })).toThrow(/do not belong/);
    }
  });

  test.each(accepted)('%s is refused for another method, host or path', (file) => {
    const capture = readSigned(file);
    const method = capture.method === 'POST' ? 'GET' : 'POST';
    for (const changed of [{ method }, { host: '127.0.0.1' }, { path: '/' }]) {
      expect(() => verify({ ...capture, ...changed })).toThrow(/do not belong/);
    }
  });
});
