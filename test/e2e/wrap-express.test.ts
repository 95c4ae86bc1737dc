// fnlog/wrap in a real Express program, reporting to a real server.

import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { NativePage } from '../../src/wire/native/encode-page.ts';
import { createReporter, type Reporter } from '../../src/wrap/create-reporter.ts';
import { startTestApp, type TestApp } from '../support/running-app.ts';

const FLUSH_MS = 60_000;

let fnlog: TestApp;
let reporter: Reporter;
let program: Server;
let url: string;

beforeAll(async () => {
  fnlog = await startTestApp();
  for (const method of ['error', 'log', 'warn'] as const) {
    vi.spyOn(console, method).mockReturnValue(undefined);
  }
  reporter = createReporter({
    url: fnlog.url,
    secretId: fnlog.secretId,
    secretKey: fnlog.secretKey,
    spoolDir: false,
  });
  program = expressProgram(reporter).listen(0, '127.0.0.1');
  await new Promise((resolve) => program.once('listening', resolve));
  url = `http://127.0.0.1:${(program.address() as AddressInfo).port}`;
});
afterAll(async () => {
  program.closeAllConnections();
  await new Promise((resolve) => program.close(resolve));
  await reporter.close();
  vi.restoreAllMocks();
  await fnlog.remove();
});

/** The middleware before everything, and handlers of every form. */
function expressProgram({ express: middleware, wrap }: Reporter) {
  const app = express();
  app.use(middleware());
  app.use(express.json());
  app.get('/users/:id', async (request, response) => {
    console.log(`looks for ${request.params['id']}`);
    await wait(Number(request.params['id']) % 5);
    console.warn('found %s', request.params['id']);
    response.json({ id: request.params['id'] });
  });
  app.post('/echo', (request, response) => {
    console.log('body', JSON.stringify(request.body));
    response.json(request.body);
  });
  const api = express.Router();
  api.get('/broken', () => {
    throw new RangeError('out of range');
  });
  api.get('/slow', (_request, response) => {
    response.write('begins');
  });
  app.use('/api/v1', api);
  app.get(
    '/wrapped',
    wrap(async function checkout(_request: unknown, response: { json(value: unknown): void }) {
      console.log('inside');
      await wait(1);
      response.json({ ok: true });
    }),
  );
  app.get(
    '/wrapped-broken',
    wrap(async function refund() {
      throw new TypeError('no such order');
    }),
  );
  return app;
}

async function ask(path: string, init: RequestInit = {}): Promise<number> {
  const reply = await fetch(`${url}${path}`, init);
  await reply.text();
  return reply.status;
}

/** The records of a function, once everything is delivered. */
async function recordsOf(functionName: string) {
  await expect.poll(() => reporter.flush(FLUSH_MS), { timeout: FLUSH_MS }).toBe(true);
  const query = new URLSearchParams({ functionName, limit: '1000' });
  const authorization = `Basic ${btoa(`${fnlog.secretId}:${fnlog.secretKey}`)}`;
  const reply = await fetch(`${fnlog.url}/api/v1/invocations?${query}`, {
    headers: { authorization },
  });
  return ((await reply.json()) as NativePage).invocations;
}

describe('the middleware', () => {
  test('keeps a record of each request, with its own lines', async () => {
    const ids = Array.from({ length: 40 }, (_, at) => String(at));
    await Promise.all(
      ids.map((id) => ask(`/users/${id}`, { headers: { 'x-request-id': `req-${id}` } })),
    );
    const records = await recordsOf('GET /users/:id');
    expect(records).toHaveLength(40);
    for (const record of records) {
      const id = record.requestId.replace('req-', '');
      expect(record).toMatchObject({
        log: `looks for ${id}\nfound ${id}\n`,
        retCode: 0,
        statusCode: 200,
        invokeFinished: 1,
        httpStatus: 200,
        source: 'fnlog/wrap',
      });
      expect(record['duration']).toBeGreaterThan(0);
      expect(record['memUsage']).toBeGreaterThan(0);
    }
  });

  test('keeps lines together past what reads the body', async () => {
    const body = JSON.stringify({ order: 7 });
    const headers = { 'content-type': 'application/json' };
    await ask('/echo', { method: 'POST', body, headers });
    expect(await recordsOf('POST /echo')).toMatchObject([
      { log: `body ${body}\n`, requestId: expect.stringMatching(/^[\da-f-]{36}$/) },
    ]);
  });

  test('names a failing route like one that works, by where it is mounted', async () => {
    expect(await ask('/api/v1/broken')).toBe(500);
    expect(await recordsOf('GET /api/v1/broken')).toMatchObject([
      { retCode: 1, statusCode: 430, httpStatus: 500, retMsg: 'HTTP 500' },
    ]);
  });

  test('gives all requests without a route one name', async () => {
    expect(await ask('/nothing/here?token=secret')).toBe(404);
    const records = await recordsOf('GET (no route)');
    expect(records).toMatchObject([{ retCode: 0, httpStatus: 404 }]);
    expect(JSON.stringify(records)).not.toContain('secret');
  });

  test('tells a caller that has hung up', async () => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET /api/v1/slow HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    await expect
      .poll(() => recordsOf('GET /api/v1/slow'), { timeout: FLUSH_MS })
      .toMatchObject([{ retCode: 3, statusCode: 499, invokeFinished: 1 }]);
  });

  test('keeps each of two requests that came with the same id', async () => {
    const headers = { 'x-request-id': 'twice' };
    await ask('/users/1', { headers });
    await ask('/users/1', { headers });
    const records = (await recordsOf('GET /users/:id')).filter((one) => one.requestId === 'twice');
    expect(records.map((record) => record['retryNum']).sort()).toEqual([0, 1]);
  });
});

describe('a wrapped handler of Express', () => {
  test('has a record of its own, which ends with the response', async () => {
    expect(await ask('/wrapped', { headers: { 'x-request-id': 'w-1' } })).toBe(200);
    expect(await recordsOf('checkout')).toMatchObject([
      { requestId: 'w-1', retCode: 0, httpStatus: 200, log: 'inside\n' },
    ]);
  });

  test('that fails has the error, and Express gets it', async () => {
    expect(await ask('/wrapped-broken')).toBe(500);
    const [record] = await recordsOf('refund');
    expect(record).toMatchObject({ retCode: 1, retMsg: 'TypeError: no such order' });
    expect(record?.['log']).toContain('TypeError: no such order\n    at ');
    expect(await recordsOf('GET /wrapped-broken')).toMatchObject([{ httpStatus: 500 }]);
  });
});
