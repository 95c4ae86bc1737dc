// Whatever bytes come, API 2.0 answers with its envelope.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeForm, HOST, keys } from './front-app.ts';
import { buildV2App, commonParameters, PATH, signatureOf } from './v2-app.ts';

const app = await buildV2App();
let nonce = 0;

const names = fc.oneof(
  fc.constantFrom('functionName', 'requestId', 'offset', 'limit', 'order', 'orderby', 'filter'),
  fc.constantFrom('filter.retCode', 'SignatureMethod', 'Timestamp', 'Nonce', 'Action', '__proto__'),
  fc.string(),
);
const values = fc.oneof(
  fc.constantFrom('0', '10000', 'asc', 'acs', 'duration', 'not0', '', '@x', 'GetFunctionLogs'),
  fc.string({ unit: 'binary' }),
  fc.bigInt().map(String),
);
const pairs = fc.array(fc.tuple(names, values), { maxLength: 6 });
const rawText = fc.oneof(
  fc.string({ unit: fc.constantFrom('%', '&', '=', '+', 'f', '0', 'z', '.', ';', '[', ']') }),
  fc.string(),
  pairs.map((given) => given.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')),
);
const methods = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH');
const contentTypes = fc.oneof(
  fc.constantFrom(
    'application/x-www-form-urlencoded',
    'application/json',
    'multipart/form-data',
    '',
  ),
  fc.string().map((text) => text.replaceAll(/[^\x20-\x7e]/g, '')),
);

interface Shot {
  readonly method: string;
  readonly query: string;
  readonly body: string | Uint8Array;
  readonly contentType: string;
}

async function codeOf(shot: Shot): Promise<number> {
  const reply = await app.inject({
    method: shot.method as 'GET',
    url: `${PATH}?${shot.query}`,
    headers: { host: HOST, 'content-type': shot.contentType },
    ...(shot.method === 'GET' || shot.method === 'HEAD'
      ? {}
      : { payload: typeof shot.body === 'string' ? shot.body : Buffer.from(shot.body) }),
  });
  expect(reply.statusCode).toBe(200);
  expect(reply.headers['content-type']).toMatch(/^application\/json/);
  if (shot.method === 'HEAD') {
    return 4000;
  }
  expect(reply.body).not.toMatch(/\bat .*\.[jt]s:\d+/);
  const envelope = reply.json();
  expect(Object.keys(envelope).slice(0, 3)).toEqual(['code', 'message', 'codeDesc']);
  return envelope.code;
}

test('a thousand requests of any bytes are answered, none as our fault', async () => {
  const body = fc.oneof(rawText, fc.uint8Array());
  await fc.assert(
    fc.asyncProperty(
      fc.record({ method: methods, query: rawText, body, contentType: contentTypes }),
      async (shot) => {
        expect([4000, 4100, 6100]).toContain(await codeOf(shot));
      },
    ),
    { numRuns: 1000 },
  );
}, 60_000);

test('a thousand signed requests of any parameters are answered, none as our fault', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('GET', 'POST'), pairs, async (method, given) => {
      nonce += 1;
      const parameters = {
        ...commonParameters(keys.reader, String(nonce)),
        ...Object.fromEntries(given.filter(([name]) => name !== '' && !name.includes('_'))),
      };
      const Signature = signatureOf(method, HOST, parameters, keys.reader.secretKey);
      const form = encodeForm({ ...parameters, Signature });
      const contentType = 'application/x-www-form-urlencoded';
      const code = await codeOf({ method, query: form, body: form, contentType });
      expect([0, 4000, 4100, 4500, 6100]).toContain(code);
    }),
    { numRuns: 1000 },
  );
}, 60_000);
