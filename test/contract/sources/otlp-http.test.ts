// What a sender of OTLP/HTTP is answered: statuses, bodies and headers of the OTLP specification.

import { gzipSync } from 'node:zlib';
import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { AppError, type ErrorCode } from '../../../src/domain/errors.ts';
import type { Invocation } from '../../../src/domain/invocation.ts';
import { Admission } from '../../../src/http/admission.ts';
import { otlpRoutes } from '../../../src/http/routes/otlp.ts';
import { FragmentService } from '../../../src/ingest/fragment-service.ts';
import { buildKey } from '../../support/build-key.ts';
import { otlpProtobuf } from '../../support/otlp-protobuf.ts';
import { fixedClock, keyRingOf } from '../front-app.ts';

const BODY_BYTES_MAX = 2_000;
const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

const keys = {
  ingester: buildKey({ secretId: 'ingester', role: 'ingest' }),
  reader: buildKey({ secretId: 'reader', role: 'read' }),
  elsewhere: buildKey({ secretId: 'elsewhere', role: 'ingest', namespaces: ['staging'] }),
};

interface Sent {
  readonly body: Buffer | string;
  readonly url?: string;
  readonly type?: string;
  readonly key?: keyof typeof keys;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The routes over a store that holds nothing, and whose writes fail where `failsWith` says so. */
async function buildOtlpApp(failsWith?: ErrorCode) {
  const stored: Invocation[] = [];
  const fragmentService = new FragmentService({
    append: async (records) => {
      if (failsWith !== undefined) {
        throw new AppError(failsWith, 'cannot be written');
      }
      stored.push(...records);
      return records.map(() => 'accepted' as const);
    },
    recordsToJoin: async () => [],
    latestRuns: async () => [],
    logBytesMax: 10_000,
    identityWindowUs: 3_600_000_000,
    waitingBytesMax: 1_000_000,
  });
  const app = fastify();
  const auth = { keyRing: keyRingOf(...Object.values(keys)), clock: fixedClock };
  const limits = {
    bodyBytesMax: BODY_BYTES_MAX,
    recordBytesMax: 1_000,
    logBytesMax: 10_000,
    waitingBytesMax: 1_000_000,
  };
  const admission = new Admission({ bytesMax: 1_000_000, waitingMax: 10, waitMsMax: 1_000 });
  await app.register(otlpRoutes, { auth, fragmentService, limits, admission });
  const send = async ({
    body,
    url = '/v1/logs',
    type = JSON_TYPE,
    key = 'ingester',
    headers,
  }: Sent) => {
    const { secretId, secretKey } = keys[key];
    const authorization = `Basic ${btoa(`${secretId}:${secretKey}`)}`;
    const reply = await app.inject({
      method: 'POST',
      url,
      headers: { authorization, 'content-type': type, ...headers },
      payload: body,
    });
    return { ...reply, bytes: [...reply.rawPayload], type: reply.headers['content-type'] };
  };
  return { send, stored };
}

function logs(...requestIds: string[]) {
  const logRecords = requestIds.map((id) => ({
    timeUnixNano: '1767225600000000000',
    body: { stringValue: 'hello' },
    attributes: [{ key: 'faas.invocation_id', value: { stringValue: id } }],
  }));
  const attributes = [{ key: 'faas.name', value: { stringValue: 'f' } }];
  return { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }] };
}

describe('a request that is taken', () => {
  test('is answered in its own encoding, with nothing in the message', async () => {
    const { send, stored } = await buildOtlpApp();
    const json = await send({
      body: JSON.stringify(logs('a')),
      type: `${JSON_TYPE}; charset=utf-8`,
    });
    expect(json).toMatchObject({ statusCode: 200, type: JSON_TYPE, body: '{}' });
    const protobuf = await send({ body: otlpProtobuf('logs', logs('b')), type: PROTOBUF });
    expect(protobuf).toMatchObject({ statusCode: 200, type: PROTOBUF, bytes: [] });
    expect(stored.map(({ requestId, log }) => [requestId, log])).toEqual([
      ['a', 'hello'],
      ['b', 'hello'],
    ]);
  });

  test('may be gzip, and may be empty', async () => {
    const { send, stored } = await buildOtlpApp();
    const headers = { 'content-encoding': 'gzip' };
    const body = gzipSync(otlpProtobuf('logs', logs('a')));
    expect(await send({ body, type: PROTOBUF, headers })).toMatchObject({ statusCode: 200 });
    expect(stored).toHaveLength(1);
    for (const url of ['/v1/logs', '/v1/traces']) {
      expect(await send({ url, body: '', type: PROTOBUF })).toMatchObject({
        statusCode: 200,
        bytes: [],
      });
      expect(await send({ url, body: '{}' })).toMatchObject({ statusCode: 200, body: '{}' });
    }
  });

  test('is told what was not taken of it, also where that is all', async () => {
    const { send, stored } = await buildOtlpApp();
    const message = 'event 2: faas.invocation_id is missing: it tells which run this is of';
    expect(JSON.parse((await send({ body: JSON.stringify(logs('a', '', '')) })).body)).toEqual({
      partialSuccess: { rejectedLogRecords: '2', errorMessage: message },
    });
    expect(stored).toHaveLength(1);
    const none = await send({ body: otlpProtobuf('logs', logs('')), type: PROTOBUF });
    const text = `no event was taken; ${message.replace('2', '1')}`;
    expect(none).toMatchObject({
      statusCode: 200,
      // partial_success: rejected_log_records 1, error_message.
      bytes: [0x0a, 4 + text.length, 0x08, 1, 0x12, text.length, ...Buffer.from(text)],
    });
  });

  test('of spans that are no runs is a success', async () => {
    const { send, stored } = await buildOtlpApp();
    const spans = [
      { name: 'a', kind: 1, startTimeUnixNano: '1' },
      { name: 'b', kind: 3 },
    ];
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    expect(await send({ url: '/v1/traces', body })).toMatchObject({ statusCode: 200, body: '{}' });
    expect(stored).toEqual([]);
  });

  test('goes into the namespace of its query string, else of its header', async () => {
    const { send, stored } = await buildOtlpApp();
    const headers = { 'x-fnlog-namespace': Buffer.from('käse').toString('latin1') };
    await send({ body: JSON.stringify(logs('a')) });
    await send({ body: JSON.stringify(logs('b')), headers });
    await send({ body: JSON.stringify(logs('c')), headers, url: '/v1/logs?namespace=prod' });
    expect(stored.map(({ namespace }) => namespace)).toEqual(['default', 'käse', 'prod']);
  });
});

describe('a request that is refused', () => {
  const body = JSON.stringify(logs('a'));
  test.each([
    ['who nobody knows', { body, headers: { authorization: 'Basic eDp5' } }, 401, 16],
    ['a key that only reads', { body, key: 'reader' }, 403, 7],
    ['another namespace', { body, url: '/v1/logs?namespace=default', key: 'elsewhere' }, 403, 7],
    ['an unknown parameter', { body, url: '/v1/logs?namspace=prod' }, 400, 3],
    ['an empty namespace', { body, headers: { 'x-fnlog-namespace': '' } }, 400, 3],
    ['no JSON', { body: '{' }, 400, 3],
    ['no gzip', { body, headers: { 'content-encoding': 'gzip' } }, 400, 3],
    ['another encoding', { body, headers: { 'content-encoding': 'br' } }, 400, 3],
    ['too many bytes', { body: ' '.repeat(BODY_BYTES_MAX + 1) }, 413, 3],
    [
      'too many bytes once decompressed',
      { body: gzipSync(Buffer.alloc(BODY_BYTES_MAX + 1)), headers: { 'content-encoding': 'gzip' } },
      413,
      3,
    ],
    ['another media type', { body, type: 'text/plain' }, 415, 3],
  ] as const)('for %s says so in JSON', async (_why, sent: Sent, statusCode, code) => {
    const { send, stored } = await buildOtlpApp();
    const reply = await send(sent);
    expect(reply).toMatchObject({ statusCode, type: JSON_TYPE });
    expect(JSON.parse(reply.body)).toEqual({ code, message: expect.stringMatching(/^\w/) });
    expect(reply.headers).not.toHaveProperty('retry-after');
    expect(stored).toEqual([]);
  });

  test('in protobuf is answered in protobuf', async () => {
    const { send } = await buildOtlpApp();
    const text = 'the body is no OTLP export request in protobuf';
    expect(await send({ body: 'nonsense', type: PROTOBUF, url: '/v1/traces' })).toMatchObject({
      statusCode: 400,
      type: PROTOBUF,
      // google.rpc.Status: code 3, message.
      bytes: [0x08, 3, 0x12, text.length, ...Buffer.from(text)],
    });
  });

  test('without a media type is told which are accepted', async () => {
    const { send } = await buildOtlpApp();
    const reply = await send({ body, type: '' });
    expect(reply.statusCode).toBe(415);
    expect(JSON.parse(reply.body).message).toBe(
      'content-type "" is not accepted: application/x-protobuf and application/json are',
    );
  });

  test.each([
    ['storage_full', 503, 14],
    ['store_unavailable', 503, 14],
    ['overloaded', 429, 8],
  ] as const)('for %s may be sent again later', async (failure, statusCode, code) => {
    const { send } = await buildOtlpApp(failure);
    const reply = await send({ body });
    expect(reply).toMatchObject({ statusCode, type: JSON_TYPE });
    expect(JSON.parse(reply.body)).toEqual({ code, message: 'cannot be written' });
    expect(reply.headers['retry-after']).toBe('1');
  });
});
