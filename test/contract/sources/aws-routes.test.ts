// The paths that AWS sends to, over a real server: who may, in which forms, and what is answered.

import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKey, type Key, type NewKey } from '../../../src/auth/keys.ts';
import { KeyFile } from '../../../src/files/key-file.ts';
import type { NativePage } from '../../../src/wire/native/encode-page.ts';
import { startTestApp, type TestApp } from '../../support/running-app.ts';

const BODY_BYTES_MAX = 100_000;
const TIME_MS = Date.UTC(2026, 2, 4, 5, 6, 7);

type Credentials = Pick<Key, 'secretId' | 'secretKey'>;

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ flags: { bodyBytesMax: BODY_BYTES_MAX } });
});
afterAll(() => app.remove());

function addKey(wanted: Pick<NewKey, 'role' | 'namespaces'>): Key {
  const key = createKey({ ...wanted, createdAtMs: 0 });
  new KeyFile(join(app.dataDir, 'keys.json')).add(key);
  return key;
}

/** A payload of a run of its own. */
function payload(requestId: string, given: object = {}): object {
  const messages = [`START RequestId: ${requestId} Version: 1`, `END RequestId: ${requestId}`];
  return {
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: '/aws/lambda/resize',
    logStream: `2026/03/04/[1]${requestId}`,
    subscriptionFilters: ['fnlog'],
    logEvents: messages.map((message, index) => ({
      id: `3800${index}`,
      timestamp: TIME_MS + index,
      message,
    })),
    ...given,
  };
}

const control = { ...payload('none'), messageType: 'CONTROL_MESSAGE' };

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function basic({ secretId, secretKey }: Credentials): Record<string, string> {
  return { authorization: `Basic ${btoa(`${secretId}:${secretKey}`)}` };
}

async function post(path: string, body: Buffer | string, headers = basic(app)) {
  const url = `${app.url}/api/v1/sources/${path}`;
  const reply = await fetch(url, { method: 'POST', headers, body });
  return { status: reply.status, headers: reply.headers, body: (await reply.json()) as unknown };
}

/** The functions of the runs of a request id, by namespace. */
async function runsOf(requestId: string, namespace = 'default'): Promise<string[]> {
  const query = new URLSearchParams({ requestId, namespace });
  const reply = await fetch(`${app.url}/api/v1/invocations?${query}`, { headers: basic(app) });
  const { invocations } = (await reply.json()) as NativePage;
  return invocations.map(({ functionName }) => functionName);
}

const taken = { accepted: 2, replaced: 0, duplicates: 0, rejected: [] };
const nothing = { ...taken, accepted: 0 };

describe('POST /api/v1/sources/{source}', () => {
  const subscriber = (value: unknown) => ({
    awslogs: { data: gzipSync(json(value)).toString('base64') },
  });

  test.each([
    ['plain', (one: object) => json(one), {}],
    ['as a gzip file', (one: object) => gzipSync(json(one)), {}],
    [
      'as gzip members, zipped once more',
      (one: object) => gzipSync(Buffer.concat([gzipSync(json(control)), gzipSync(json(one))])),
      {},
    ],
    ['with Content-Encoding', (one: object) => gzipSync(json(one)), { 'content-encoding': 'gzip' }],
    ['as a subscribed function gets it', (one: object) => json(subscriber(one)), {}],
    [
      'as a subscribed function gets it, with Content-Encoding',
      (one: object) => gzipSync(json(subscriber(one))),
      { 'content-encoding': 'gzip' },
    ],
  ])('takes a payload %s', async (what, pack, headers) => {
    const requestId = `form-${what.replaceAll(' ', '-')}`;
    const sent = await post('cloudwatch', pack(payload(requestId)), { ...basic(app), ...headers });
    expect(sent).toMatchObject({ status: 200, body: taken });
    expect(await runsOf(requestId)).toEqual(['resize']);
  });

  test('puts the run where the parameters say', async () => {
    const path = 'cloudwatch?namespace=shop&functionName=by%20name';
    expect(await post(path, json(payload('placed')))).toMatchObject({ status: 200, body: taken });
    expect(await runsOf('placed', 'shop')).toEqual(['by name']);
  });

  test.each([
    ['cloudwatch', control],
    ['cloudwatch', subscriber(control)],
    ['lambda-telemetry', []],
    [
      'lambda-telemetry?functionName=f',
      [{ time: '2026-03-04T05:06:07Z', type: 'platform.telemetrySubscription', record: {} }],
    ],
  ])('of %s takes what says nothing of runs', async (path, body) => {
    expect(await post(path, json(body))).toMatchObject({ status: 200, body: nothing });
  });

  test.each([
    ['unknown', 'not_found', 404, 'lambda-telemetry, cloudwatch'],
    ['cloudwatch?stream=one', 'unknown_parameter', 400, 'known: namespace, functionName'],
    ['lambda-telemetry?function=one', 'unknown_parameter', 400, 'stream'],
    ['cloudwatch?namespace=', 'invalid_parameter', 400, 'namespace'],
    ['cloudwatch?functionName=', 'invalid_parameter', 400, 'functionName'],
    ['cloudwatch?namespace=a&namespace=b', 'invalid_parameter', 400, 'more than once'],
  ])('refuses %s', async (path, code, status, said) => {
    expect(await post(path, json(payload('refused')))).toMatchObject({
      status,
      body: { error: { code, message: expect.stringContaining(said) } },
    });
    expect(await runsOf('refused')).toEqual([]);
  });

  test('refuses names that are too long', async () => {
    const path = `cloudwatch?namespace=${'x'.repeat(257)}`;
    expect(await post(path, json(control))).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('1 to 256 characters') } },
    });
  });

  test.each([
    ['text', Buffer.from('hello'), 'malformed_request', 400],
    ['gzip that breaks off', gzipSync(json(control)).subarray(0, -9), 'malformed_request', 400],
    ['no gzip inside', json({ awslogs: { data: 'aGVsbG8=' } }), 'malformed_request', 400],
    ['nothing inside', json({ awslogs: {} }), 'malformed_request', 400],
    ['more than fits', gzipSync(Buffer.alloc(BODY_BYTES_MAX + 1, ' ')), 'body_too_large', 413],
    ['only bad events', json(payload('bad', { logEvents: [7] })), 'all_rejected', 400],
  ])('refuses a body with %s', async (_what, body, code, status) => {
    expect(await post('cloudwatch', body)).toMatchObject({ status, body: { error: { code } } });
  });

  test('is for keys that may write, into the namespaces that they may write to', async () => {
    const body = json(payload('keys'));
    const { secretId } = app;
    expect((await post('cloudwatch', body, {})).status).toBe(401);
    expect((await post('cloudwatch', body, basic({ secretId, secretKey: 'no' }))).status).toBe(401);
    const reader = addKey({ role: 'read', namespaces: '*' });
    expect((await post('cloudwatch', body, basic(reader))).status).toBe(403);
    const bound = basic(addKey({ role: 'ingest', namespaces: ['shop'] }));
    expect(await post('cloudwatch', body, bound)).toMatchObject({
      status: 400,
      body: { error: { code: 'all_rejected', message: expect.stringContaining('namespace') } },
    });
    expect((await post('cloudwatch?namespace=shop', body, bound)).status).toBe(200);
    expect(await runsOf('keys')).toEqual([]);
  });
});

describe('POST /api/v1/sources/firehose', () => {
  const delivery = (...records: Buffer[]) =>
    json({
      requestId: 'delivery-1',
      timestamp: TIME_MS,
      records: records.map((data) => ({ data: data.toString('base64') })),
    });
  const headers = (given: Record<string, string> = {}) => ({
    'x-amz-firehose-protocol-version': '1.0',
    'x-amz-firehose-request-id': 'delivery-1',
    'x-amz-firehose-source-arn': 'arn:aws:firehose:eu-central-1:111122223333:deliverystream/logs',
    'x-amz-firehose-access-key': `${app.secretId}:${app.secretKey}`,
    'content-type': 'application/json',
    ...given,
  });
  const good = { requestId: 'delivery-1', timestamp: expect.any(Number) };

  test('takes a delivery, and takes it again without doubling anything', async () => {
    const body = delivery(
      gzipSync(json(control)),
      gzipSync(json(payload('fire-1'))),
      json(payload('fire-2')),
    );
    for (const _time of [1, 2]) {
      const reply = await post('firehose', body, headers());
      expect(reply).toMatchObject({ status: 200 });
      expect(reply.body).toEqual(good);
      expect(reply.headers.get('content-type')).toBe('application/json');
      expect(await runsOf('fire-1')).toEqual(['resize']);
      expect(await runsOf('fire-2')).toEqual(['resize']);
    }
    expect(await post('cloudwatch', json(payload('fire-1')))).toMatchObject({
      body: { accepted: 0, duplicates: 2 },
    });
  });

  test('takes a zipped delivery, and the attributes of the stream before the parameters', async () => {
    const attributes = { commonAttributes: { namespace: 'fire', team: 'shop' } };
    const reply = await post(
      'firehose?namespace=other&functionName=named',
      gzipSync(delivery(gzipSync(json(payload('fire-3'))))),
      headers({
        'content-encoding': 'gzip',
        'x-amz-firehose-common-attributes': JSON.stringify(attributes),
      }),
    );
    expect(reply).toMatchObject({ status: 200, body: good });
    expect(await runsOf('fire-3', 'fire')).toEqual(['named']);
  });

  test('takes the good records of a delivery with bad ones', async () => {
    const broken = gzipSync(json(payload('lost'))).subarray(0, -9);
    const body = delivery(broken, Buffer.from('hello'), gzipSync(json(payload('fire-4'))));
    expect(await post('firehose', body, headers())).toMatchObject({ status: 200, body: good });
    expect(await runsOf('fire-4')).toEqual(['resize']);
  });

  test('takes a delivery that says nothing of runs', async () => {
    const body = delivery(gzipSync(json(control)));
    expect(await post('firehose', body, headers())).toMatchObject({ status: 200, body: good });
  });

  test.each([
    ['no key', { 'x-amz-firehose-access-key': '' }, 401, 'has no colon'],
    ['a wrong key', { 'x-amz-firehose-access-key': 'AKIDtestkey:wrong' }, 401, 'not its own'],
    ['an unknown key', { 'x-amz-firehose-access-key': 'AKIDother:wrong' }, 401, 'not its own'],
    ['odd attributes', { 'x-amz-firehose-common-attributes': '{}' }, 400, 'commonAttributes'],
    [
      'an odd attribute',
      { 'x-amz-firehose-common-attributes': '{"commonAttributes":{"namespace":""}}' },
      400,
      'namespace',
    ],
  ])('refuses %s in its own form', async (_what, given, status, said) => {
    const body = delivery(gzipSync(json(payload('fire-5'))));
    const reply = await post('firehose', body, headers(given));
    expect(reply.status).toBe(status);
    expect(reply.body).toEqual({ ...good, errorMessage: expect.stringContaining(said) });
    expect(reply.headers.get('content-type')).toBe('application/json');
    expect(await runsOf('fire-5')).toEqual([]);
  });

  test('refuses a key that may only read, one without a header, and a request without an id', async () => {
    const { secretId, secretKey } = addKey({ role: 'read', namespaces: '*' });
    const body = delivery(gzipSync(json(payload('fire-6'))));
    const reader = headers({ 'x-amz-firehose-access-key': `${secretId}:${secretKey}` });
    expect((await post('firehose', body, reader)).status).toBe(403);
    const { 'x-amz-firehose-access-key': _key, ...anonymous } = headers();
    expect((await post('firehose', body, { ...anonymous, ...basic(app) })).status).toBe(401);
    const { 'x-amz-firehose-request-id': _id, ...nameless } = headers();
    expect((await post('firehose', body, nameless)).status).toBe(400);
    expect(await runsOf('fire-6')).toEqual([]);
  });

  test.each([
    ['no JSON', Buffer.from('hello'), 400],
    ['no records', json({ requestId: 'delivery-1', timestamp: 1 }), 400],
    ['only bad records', delivery(Buffer.from('hello')), 400],
    ['too many records', json({ records: Array.from({ length: 10_001 }, () => ({})) }), 400],
    [
      'records that are too large together',
      delivery(...[1, 2].map(() => gzipSync(Buffer.alloc(BODY_BYTES_MAX * 0.6, ' ')))),
      413,
    ],
    ['a record that is too large', delivery(gzipSync(Buffer.alloc(BODY_BYTES_MAX + 1))), 413],
  ])('refuses a delivery with %s', async (_what, body, status) => {
    const reply = await post('firehose', body, headers());
    expect(reply).toMatchObject({ status, body: { requestId: 'delivery-1' } });
    expect(reply.body).toHaveProperty('errorMessage');
  });
});
