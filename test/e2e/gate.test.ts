// Questions that are too much, on real sockets: too costly, broken off, and more than a key's share.

import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createKey } from '../../src/auth/keys.ts';
import { KeyFile } from '../../src/files/key-file.ts';
import { storeDefaults } from '../../src/store/clickhouse/open-store.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { startTestApp, type TestApp } from '../support/running-app.ts';

const SLOTS = storeDefaults.readerCount;
const PATH = '/api/v1/invocations';

interface Credentials {
  readonly secretId: string;
  readonly secretKey: string;
}

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ flags: { querySecondsPerMinute: 1, queryBytesMax: 50_000 } });
  const { startTimeUs: _, ...record } = buildInvocation();
  await app.ingest(
    Array.from({ length: 3_000 }, (__, index) => ({
      functionName: `fn-${index % 1_000}`,
      requestId: `r-${index}`,
      startTime: '2026-01-01T00:00:00Z',
      log: record.log,
    })),
  );
});
afterAll(() => app.remove());

function basic({ secretId, secretKey }: Credentials): string {
  return `Basic ${btoa(`${secretId}:${secretKey}`)}`;
}

function askNative(key: Credentials, query = '?functionName=fn-1'): Promise<Response> {
  return fetch(`${app.url}${PATH}${query}`, { headers: { authorization: basic(key) } });
}

let nonce = 0;

/** The path of a signed call of GetFunctionLogs, by API 2.0 or 3.0. */
function signedPath(front: 'v2' | 'v3', key: Credentials, given: Record<string, string>): string {
  nonce += 1;
  const path = front === 'v2' ? '/v2/index.php' : '/';
  const parameters: Record<string, string> = {
    Action: 'GetFunctionLogs',
    Nonce: String(nonce),
    Region: 'ap-guangzhou',
    SecretId: key.secretId,
    Timestamp: String(Math.floor(Date.now() / 1000)),
    ...(front === 'v3' ? { Version: '2018-04-16' } : {}),
    ...given,
  };
  const names = Object.keys(parameters).sort();
  const text = names.map((name) => `${name}=${parameters[name]}`).join('&');
  const signature = createHmac('sha1', key.secretKey)
    .update(`GET${new URL(app.url).host}${path}?${text}`)
    .digest('base64');
  return `${path}?${new URLSearchParams({ ...parameters, Signature: signature })}`;
}

async function askFront(
  front: 'v2' | 'v3',
  key: Credentials,
  given: Record<string, string> = {},
): Promise<unknown> {
  return await (await fetch(`${app.url}${signedPath(front, key, given)}`)).json();
}

async function metric(name: string): Promise<number> {
  const headers = { authorization: basic(app) };
  const text = await (await fetch(`${app.url}/metrics`, { headers })).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

/** Takes every slot until it is told to give them back. */
function takeSlots(): () => Promise<void> {
  const ends: (() => void)[] = [];
  const taken = Array.from({ length: SLOTS }, () =>
    app.core.gate.pass(() => new Promise<void>((resolve) => ends.push(resolve))),
  );
  return async () => {
    for (const end of ends) {
      end();
    }
    await Promise.all(taken);
  };
}

function addKey(): Credentials {
  const key = createKey({ role: 'read', namespaces: '*', createdAtMs: 0 });
  new KeyFile(join(app.dataDir, 'keys.json')).add(key);
  return key;
}

function openRequest(path: string, headers: readonly string[] = []): Socket {
  const { hostname, port, host } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  const lines = [`GET ${path} HTTP/1.1`, `host: ${host}`, ...headers];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return socket;
}

test('a question that would read too much is answered with what to narrow, by every front', async () => {
  const native = await askNative(app, '?orderBy=requestId');
  expect(native.status).toBe(422);
  expect(native.headers.get('retry-after')).toBeNull();
  expect(await native.json()).toEqual({
    error: {
      code: 'query_too_costly',
      message:
        'this question would read more than 50000 bytes (queryBytesMax): name a function, or a shorter window (since, until)',
      details: { setting: 'queryBytesMax' },
    },
  });
  expect(await askFront('v2', app, { orderby: 'request_id' })).toMatchObject({
    code: 4000,
    codeDesc: 'InvalidParameter',
    message: expect.stringContaining('narrow it by functionName or requestId'),
  });
  expect(await askFront('v3', app, { OrderBy: 'request_id' })).toMatchObject({
    Response: {
      Error: {
        Code: 'LimitExceeded',
        Message: expect.stringContaining('narrow it by FunctionName, or by StartTime and EndTime'),
      },
    },
  });
  expect((await askNative(app)).status).toBe(200);
});

test('requests that are broken off while they wait never reach the store', async () => {
  const giveBack = takeSlots();
  const begun = await metric('fnlog_query_queue_seconds_count');
  const key = addKey();
  const sockets = Array.from({ length: 20 }, (_, index) => {
    const front = (['v2', 'v3'] as const)[index % 4];
    return front === undefined
      ? openRequest(PATH, [`authorization: ${basic(app)}`])
      : openRequest(signedPath(front, key, {}));
  });
  try {
    await expect.poll(() => app.core.gate.waiting).toBe(20);
    expect(await metric('fnlog_query_waiting')).toBe(20);
    expect(await metric('fnlog_query_slots_taken')).toBe(SLOTS);
    for (const socket of sockets) {
      socket.destroy();
    }
    await expect.poll(() => app.core.gate.waiting).toBe(0);
  } finally {
    await giveBack();
  }
  await expect.poll(() => app.core.gate.slotsTaken).toBe(0);
  expect(await metric('fnlog_query_queue_seconds_count')).toBe(begun);
  expect(await metric('fnlog_query_ended_total{outcome="broken_off"}')).toBe(20);
});

test('a key that has used up its time is told when to come back, and others are answered', async () => {
  const other = addKey();
  // A slot of this key for longer than its share of a minute.
  const busy = new Promise<void>((resolve) => setTimeout(resolve, 1_100));
  await app.core.gate.pass(() => busy, { keyId: app.secretId });
  const native = await askNative(app);
  expect(native.status).toBe(429);
  expect(Number(native.headers.get('retry-after'))).toBeGreaterThan(1);
  expect(await native.json()).toMatchObject({
    error: { code: 'overloaded', details: { querySecondsPerMinute: 1 } },
  });
  const said = expect.stringContaining('more than 1 seconds of a minute (querySecondsPerMinute)');
  expect(await askFront('v2', app)).toMatchObject({ code: 4400, message: said });
  expect(await askFront('v3', app)).toMatchObject({
    Response: { Error: { Code: 'RequestLimitExceeded', Message: said } },
  });
  expect((await askNative(other)).status).toBe(200);
});
