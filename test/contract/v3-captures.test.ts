// The raw requests of real clients for API 3.0, byte for byte, against the route at their own time.

import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import type { Key } from '../../src/auth/keys.ts';
import { keyRingOf, keys } from './front-app.ts';
import { captureFiles, type RawCapture, readCapture } from './read-capture.ts';
import { buildV3App } from './v3-app.ts';

const held: readonly Key[] = [
  { ...keys.reader, secretId: 'AKIDEXAMPLE', secretKey: 'secret' },
  { ...keys.reader, secretId: 'AKIDCAPTURES', secretKey: 'secret-of-the-captures' },
];

const files = captureFiles('q3-', 't3-', 'tcb-', 'capi-');

/** Unix seconds at which the client signed. */
function timeOf(capture: RawCapture): number {
  const form = new URLSearchParams(
    capture.method === 'GET' ? capture.query : capture.body.toString(),
  );
  return Number(capture.headers['x-tc-timestamp'] ?? form.get('Timestamp'));
}

function appAt(nowS: number, ring = held): Promise<FastifyInstance> {
  return buildV3App({ keyRing: keyRingOf(...ring), clock: { now: () => nowS * 1000 } });
}

async function send(app: FastifyInstance, capture: RawCapture) {
  const { connection: _, 'content-length': __, ...headers } = capture.headers;
  const reply = await app.inject({
    method: capture.method,
    url: capture.target,
    headers,
    ...(capture.method === 'POST' ? { payload: capture.body } : {}),
  });
  expect(reply.statusCode).toBe(200);
  return { reply, response: reply.json().Response };
}

const isSignedByTc3 = ({ headers }: RawCapture) => headers['authorization'] !== undefined;

/** Every place that the signature is about, as offsets into one text each. */
function signedTexts(
  capture: RawCapture,
): { name: string; text: string; with_: (text: string) => RawCapture }[] {
  const header = (name: string) => ({
    name,
    text: capture.headers[name] ?? '',
    with_: (text: string) => ({ ...capture, headers: { ...capture.headers, [name]: text } }),
  });
  const query = {
    name: 'query',
    text: capture.query,
    with_: (text: string) => ({ ...capture, query: text, target: `/?${text}` }),
  };
  const body = {
    name: 'body',
    text: capture.body.toString('latin1'),
    with_: (text: string) => ({ ...capture, body: Buffer.from(text, 'latin1') }),
  };
  const content = capture.method === 'GET' ? [query] : [body];
  const [name = '', port = ''] = (capture.headers['host'] ?? '').split(':');
  // The vendor's client for TC3 signs the name without the port.
  const hostName = {
    name: 'host',
    text: name,
    with_: (text: string) => header('host').with_(`${text}:${port}`),
  };
  return isSignedByTc3(capture)
    ? [
        ...content,
        hostName,
        header('content-type'),
        header('x-tc-timestamp'),
        header('authorization'),
      ]
    : [...content, header('host')];
}

/** What the scheme itself takes for the same: letter case in headers, ways to write a form. */
function meansTheSame(capture: RawCapture, changed: RawCapture): boolean {
  if (isSignedByTc3(capture)) {
    return (
      ['host', 'content-type'].every(
        (name) => capture.headers[name]?.toLowerCase() === changed.headers[name]?.toLowerCase(),
      ) &&
      capture.query === changed.query &&
      capture.body.equals(changed.body) &&
      capture.headers['authorization'] === changed.headers['authorization'] &&
      capture.headers['x-tc-timestamp'] === changed.headers['x-tc-timestamp']
    );
  }
  const pairs = ({ method, query, body }: RawCapture) =>
    JSON.stringify(
      [...new URLSearchParams(method === 'GET' ? query : body.toString('latin1'))].sort(),
    );
  return pairs(capture) === pairs(changed) && capture.headers['host'] === changed.headers['host'];
}

describe('the captured requests of API 3.0', () => {
  test('are all here', () => {
    expect(files).toHaveLength(20);
  });

  test.each(files)('%s is answered at its time', async (file) => {
    const capture = readCapture(file);
    const { reply, response } = await send(await appAt(timeOf(capture)), capture);
    // A detail is asked for by its id, and there are no records here.
    const isDetail = capture.headers['x-tc-action'] === 'GetFunctionLogDetail';
    expect(response.Error?.Code).toBe(isDetail ? 'ResourceNotFound' : undefined);
    expect(response.RequestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(reply.headers['x-tc-traceid']).toBe(capture.headers['x-tc-traceid']);
  });

  test.each(files)('%s has expired five minutes and a second later', async (file) => {
    const capture = readCapture(file);
    const { response } = await send(await appAt(timeOf(capture) + 301), capture);
    expect(response.Error.Code).toBe('AuthFailure.SignatureExpire');
  });

  test.each(files)('%s is refused for another SecretKey or an unknown SecretId', async (file) => {
    const capture = readCapture(file);
    const others = held.map((key) => ({ ...key, secretKey: `${key.secretKey}2` }));
    for (const [ring, code] of [
      [others, 'AuthFailure.SignatureFailure'],
      [[], 'AuthFailure.SecretIdNotFound'],
    ] as const) {
      const { response } = await send(await appAt(timeOf(capture), ring), capture);
      expect(response.Error.Code).toBe(code);
    }
  });

  test.each(files)('%s is refused once any one byte of anything signed differs', async (file) => {
    const capture = readCapture(file);
    const app = await appAt(timeOf(capture));
    const texts = signedTexts(capture).filter(({ text }) => text !== '');
    const change = fc.constantFrom(...texts).chain((place) =>
      fc.record({
        place: fc.constant(place),
        at: fc.nat({ max: place.text.length - 1 }),
        // Printable: anything else is no HTTP, or another byte of a form's percent-encoding.
        byte: fc.integer({ min: 0x21, max: 0x7e }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(change, async ({ place, at, byte }) => {
        const letter = String.fromCharCode(byte);
        const text = place.text.slice(0, at) + letter + place.text.slice(at + 1);
        const changed = place.with_(text);
        fc.pre(text !== place.text && !meansTheSame(capture, changed));
        const { response } = await send(app, changed);
        expect(response, `${place.name}: ${text}`).toHaveProperty('Error');
        // A dot in a name that becomes `_` is signed alike by clients from API 2.0, and is a name that
        // no action knows.
        expect(response.Error.Code).toMatch(
          /^(AuthFailure\.|MissingParameter|InvalidParameter|UnknownParameter)/,
        );
      }),
      { numRuns: 250 },
    );
  });

  test.each(files)('%s is refused for another method', async (file) => {
    const capture = readCapture(file);
    const moved: RawCapture =
      capture.method === 'POST'
        ? {
            ...capture,
            method: 'GET',
            target: `/?${capture.body.toString('latin1').replaceAll(/[^\x21-\x7e]/g, '')}`,
          }
        : { ...capture, method: 'POST', target: '/', body: Buffer.from(capture.query) };
    const { response } = await send(await appAt(timeOf(capture)), moved);
    expect(response).toHaveProperty('Error');
  });
});
