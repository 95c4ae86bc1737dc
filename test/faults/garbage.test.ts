import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../support/running-app.ts';
import { buildV2Client } from '../support/v2-client.ts';

/** In all 10,000; seeds are printed by a failure and can be given to fc.assert. */
const RUNS = 2_500;
const ANSWER_MS_MAX = 10_000;
const INSIDE = /\n\s+at |DB::Exception|SELECT |\/src\/|\/dist\/|node_modules/;

interface Answer {
  readonly status: number;
  readonly text: string;
}

describe('garbage', () => {
  let app: TestApp;
  let accepted = 0;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.remove());

  function send(
    method: string,
    path: string,
    body: Uint8Array,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const authorization = `Basic ${btoa(`${app.secretId}:${app.secretKey}`)}`;
      const outgoing = request(
        `${app.url}${path}`,
        { method, headers: { authorization, ...headers }, timeout: ANSWER_MS_MAX },
        (reply) => {
          let text = '';
          reply.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text }));
        },
      );
      outgoing.on('timeout', () => reject(new Error(`no answer to ${method} ${path}`)));
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  function expectClean({ status, text }: Answer): void {
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
    expect(text).not.toMatch(INSIDE);
  }

  test('as a body is taken or refused, never a fault', async () => {
    await fc.assert(
      fc.asyncProperty(bodies(), fc.constantFrom('', 'gzip', 'br'), async (body, encoding) => {
        const headers: Record<string, string> =
          encoding === '' ? {} : { 'content-encoding': encoding };
        const answer = await send('POST', '/api/v1/invocations', body, headers);
        expectClean(answer);
        if (answer.status === 200) {
          accepted += (JSON.parse(answer.text) as { accepted: number }).accepted;
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('as a question is an error that says so, never a fault', async () => {
    await fc.assert(
      fc.asyncProperty(queryStrings(), async (query) => {
        expectClean(await send('GET', `/api/v1/invocations?${query}`, new Uint8Array()));
      }),
      { numRuns: RUNS },
    );
  });

  test('as a v2 query or body keeps status 200 and is never code 6000', async () => {
    const method = fc.constantFrom('GET', 'POST');
    await fc.assert(
      fc.asyncProperty(method, queryStrings(), bodies(), async (verb, query, body) => {
        const path = verb === 'GET' ? `/v2/index.php?${query}` : '/v2/index.php';
        const answer = await send(verb, path, verb === 'GET' ? new Uint8Array() : body);
        expectClean(answer);
        expect(JSON.parse(answer.text)).toMatchObject({ code: expect.any(Number) });
        expect(JSON.parse(answer.text)).not.toMatchObject({ code: 6000 });
      }),
      { numRuns: RUNS },
    );
  });

  test('behind a good v2 signature is an answer or an error that names it', async () => {
    const ask = buildV2Client({ ...app, method: 'post', signatureMethod: 'sha256' });
    const names = [
      'functionName',
      'offset',
      'limit',
      'order',
      'orderby',
      'requestId',
      'filter.retCode',
    ];
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constantFrom('asc', 'is0', '0', '-1', '1e9'),
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), value), async (parameters) => {
        const { code, message } = await ask(parameters);
        // A nonce of 65,536 can come twice within a second; all else is decided by the values.
        expect([0, 4000, 4500]).toContain(code);
        expect(message).not.toMatch(INSIDE);
      }),
      { numRuns: RUNS },
    );
  });

  test('leaves behind just what was accepted, and a server that works', async () => {
    const one = { functionName: 'f', requestId: 'last', startTime: '2026-01-01T00:00:00Z' };
    expect(await app.ingest([one])).toMatchObject({ accepted: 1 });
    const page = await send('GET', '/api/v1/invocations?limit=0', new Uint8Array());
    expect(JSON.parse(page.text)).toMatchObject({ total: accepted + 1 });
  });
});

/** Bytes at random, JSON of any shape, records with one bad member, depth, zips that are none. */
function bodies(): fc.Arbitrary<Uint8Array> {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.array(fc.json(), { maxLength: 5 }).map((lines) => lines.join('\n')),
    fc
      .record({
        functionName: fc.oneof(fc.string(), fc.constant('f')),
        requestId: fc.oneof(fc.uuid(), fc.anything()),
        startTime: fc.oneof(fc.constant('2026-01-01T00:00:00Z'), fc.integer(), fc.string()),
        duration: fc.oneof(fc.double(), fc.integer()),
        log: fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\ud800')),
        ['__proto__']: fc.anything(),
      })
      .map((record) => JSON.stringify(record, plain) ?? 'null'),
    fc.integer({ min: 1, max: 100_000 }).map((depth) => '['.repeat(depth)),
    fc.integer({ min: 1, max: 20_000 }).map((depth) => `{"a":`.repeat(depth)),
  );
  const bytes = text.map((one) => Buffer.from(one));
  return fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    bytes,
    bytes.map((one) => gzipSync(one)),
  );
}

/** JSON has no BigInt. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function queryStrings(): fc.Arbitrary<string> {
  const name = fc.constantFrom(
    'functionName',
    'limit',
    'offset',
    'order',
    'orderBy',
    'since',
    'Nonce',
    '__proto__',
  );
  const value = fc.oneof(
    fc.string().map(encodeURIComponent),
    fc.constantFrom(
      '%',
      '%zz',
      '%ff',
      '%00',
      '-1',
      '1e9',
      '99999999999999999999',
      '',
      'asc',
      'desc',
    ),
  );
  const pair = fc.tuple(fc.oneof(name, fc.string().map(encodeURIComponent)), value);
  return fc
    .array(pair, { maxLength: 6 })
    .map((pairs) => pairs.map((one) => one.join('=')).join('&'));
}
