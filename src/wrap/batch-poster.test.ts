import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ScriptedServer, startScriptedServer } from '../../test/support/scripted-server.ts';
import { BatchPoster } from './batch-poster.ts';

const SECRET = 'Basic c2VjcmV0LW9mLXRoZS10ZXN0';
const RECORDS = '{"n":1}\n{"n":2}\n';

let server: ScriptedServer;
let posters: BatchPoster[];

beforeEach(async () => {
  server = await startScriptedServer();
  posters = [];
});
afterEach(async () => {
  for (const poster of posters) {
    poster.close();
  }
  await server.stop();
});

function poster(url = `${server.url}/`, timeoutMs = 10_000): BatchPoster {
  const made = new BatchPoster({ url: new URL(url), authorization: SECRET, timeoutMs });
  posters.push(made);
  return made;
}

describe('a request', () => {
  test('carries the key and the records', async () => {
    expect(await poster(`${server.url}/behind/a/proxy/`).post(RECORDS)).toEqual({
      kind: 'delivered',
      delivered: 2,
      rejected: 0,
    });
    expect(server.requests).toMatchObject([
      {
        path: '/behind/a/proxy/api/v1/invocations',
        headers: { authorization: SECRET, 'content-type': 'application/x-ndjson' },
        lines: ['{"n":1}', '{"n":2}'],
      },
    ]);
    expect(server.requests[0]?.headers['content-encoding']).toBeUndefined();
  });

  test('is zipped where it is long', async () => {
    const line = JSON.stringify({ log: 'x'.repeat(10_000) });
    await poster().post(`${line}\n`);
    expect(server.requests[0]?.headers['content-encoding']).toBe('gzip');
    expect(Number(server.requests[0]?.headers['content-length'])).toBeLessThan(1_000);
    expect(server.requests[0]?.lines).toEqual([line]);
  });

  test('uses the connection again, also one that the server has just closed', async () => {
    const one = poster();
    await one.post(RECORDS);
    let hangUps = 1;
    server.script = () => {
      hangUps -= 1;
      return hangUps >= 0 ? 'hang up' : { status: 200 };
    };
    expect(await one.post(RECORDS)).toMatchObject({ kind: 'delivered' });
    expect(server.requests).toHaveLength(3);
  });
});

describe('an answer', () => {
  test.each([
    [
      { accepted: 1, replaced: 2, duplicates: 3, rejected: [{ line: 1 }] },
      { delivered: 6, rejected: 1 },
    ],
    [
      { accepted: 0, replaced: 0, duplicates: 0, rejected: [], rejectedCount: 1_200 },
      { delivered: 0, rejected: 1_200 },
    ],
  ])('that is a receipt counts the records', async (receipt, counts) => {
    server.script = () => ({ status: 200, body: JSON.stringify(receipt) });
    expect(await poster().post(RECORDS)).toEqual({ kind: 'delivered', ...counts });
  });

  test.each(['', 'ok', '<html>', 'null', '[]', '{"accepted":"2"}', '{"accepted":2}'])(
    'that says yes without being a receipt (%s) says nothing',
    async (body) => {
      server.script = () => ({ status: 200, body });
      expect(await poster().post(RECORDS)).toMatchObject({ kind: 'away' });
    },
  );

  test('that does not end is none', async () => {
    server.script = () => ({ status: 200, body: 'x'.repeat(2 * 1024 * 1024) });
    expect(await poster().post(RECORDS)).toMatchObject({ kind: 'away' });
  });

  test.each([400, 401, 403, 405, 413, 422])('of status %i is final', async (status) => {
    const body = JSON.stringify({ error: { code: 'some_code', message: SECRET } });
    server.script = () => ({ status, body });
    expect(await poster().post(RECORDS)).toEqual({
      kind: 'refused',
      reason: `status ${status} (some_code)`,
    });
  });

  test('shows nothing of the server but a code', async () => {
    const body = JSON.stringify({ error: { code: `${SECRET} \u001b[31m` } });
    server.script = () => ({ status: 401, body });
    expect(await poster().post(RECORDS)).toEqual({ kind: 'refused', reason: 'status 401' });
  });

  test.each([301, 404, 408, 425, 429, 500, 502, 503, 504, 507])(
    'of status %i may be another one later',
    async (status) => {
      server.script = () => ({ status, body: '' });
      expect(await poster().post(RECORDS)).toEqual({
        kind: 'away',
        reason: `status ${status}`,
        retryAfterMs: undefined,
      });
    },
  );

  test.each([
    ['2', 2_000],
    ['0', 0],
    ['99999999', 300_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', undefined],
  ])('says when to come again: %s', async (header, retryAfterMs) => {
    server.script = () => ({ status: 503, headers: { 'retry-after': header } });
    expect(await poster().post(RECORDS)).toMatchObject({ kind: 'away', retryAfterMs });
  });
});

describe('no answer', () => {
  test('where nobody listens', async () => {
    await server.stop();
    expect(await poster().post(RECORDS)).toMatchObject({ kind: 'away', reason: 'ECONNREFUSED' });
  });

  test('where the connection breaks, or nothing comes', async () => {
    server.script = () => 'hang up';
    expect(await poster().post(RECORDS)).toMatchObject({ kind: 'away', reason: 'ECONNRESET' });
    server.script = () => 'silence';
    expect(await poster(server.url, 50).post(RECORDS)).toMatchObject({
      kind: 'away',
      reason: 'ETIMEDOUT',
    });
    expect(server.requests).toHaveLength(2);
  });

  test('over https, where the server does not speak it', async () => {
    const url = server.url.replace('http:', 'https:');
    expect(await poster(url).post(RECORDS)).toMatchObject({ kind: 'away' });
  });
});
