// tencentcloud-sdk-nodejs-scf, unchanged: every sign method and method, against a model. Run once
// over http and once over https, each in a file of its own, as the engine is one per process.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeInvocations } from '../../src/app/core.ts';
import {
  buildInvocationQuery,
  type InvocationQuery,
  type OrderField,
  orderDirections,
} from '../../src/domain/invocation-query.ts';
import { type Certificate, makeAuthority, makeServerCertificate } from '../support/certificates.ts';
import { drawInvocations } from '../support/draw-invocations.ts';
import { answerFrom } from '../support/model-store.ts';
import { startTestApp, type TestApp } from '../support/running-app.ts';
import {
  buildV3Client,
  signMethods,
  type V3Client,
  type V3ClientOptions,
} from '../support/v3-client.ts';
import { functionLogsReply, requestStatus, vendorTime } from '../support/v3-shape.ts';

const FROM_US = Date.UTC(2026, 10, 20) * 1000;
const HOUR_US = 3_600_000_000;
const records = drawInvocations({ count: 240, seed: 4, fromUs: FROM_US });

const orderNames: Readonly<Record<OrderField, readonly string[]>> = {
  startTime: ['start_time', 'startTime'],
  functionName: ['function_name', 'functionName'],
  requestId: ['request_id', 'requestId'],
  duration: ['duration'],
  memUsage: ['mem_usage', 'memUsage'],
};

const transports = signMethods.flatMap((signMethod) =>
  (['GET', 'POST'] as const).map((reqMethod) => ({ signMethod, reqMethod })),
);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the client asks, and the same in the model's words. */
const questions: readonly (readonly [Record<string, unknown>, Partial<InvocationQuery>])[] = [
  [{}, {}],
  [{ FunctionName: 'alpha' }, { functionName: 'alpha' }],
  [{ FunctionName: '函数' }, { functionName: '函数' }],
  [{ FunctionName: 'nobody' }, { functionName: 'nobody' }],
  [{ Namespace: 'prod' }, { namespace: 'prod' }],
  [{ Namespace: 'nowhere' }, { namespace: 'nowhere' }],
  [{ Qualifier: '3' }, { qualifier: '3' }],
  [{ FunctionRequestId: records[7]?.requestId }, { requestId: records[7]?.requestId ?? '' }],
  [{ Filter: { RetCode: 'is0' } }, { status: 'ok' }],
  [{ Filter: { RetCode: 'not0' } }, { status: 'failed' }],
  [{ Filter: { RetCode: 'UserCodeException' } }, { statusCodes: [430] }],
  [{ Filter: { RetCode: 'TimeLimitExceeded' } }, { statusCodes: [433] }],
  [{ Filter: { RetCode: 'ResourceLimitExceeded' } }, { statusCodes: [432, 434] }],
  [{ Filter: {} }, {}],
  [
    { Offset: 3, Limit: 5 },
    { offset: 3, limit: 5 },
  ],
  [{ Limit: 0 }, { limit: 0 }],
  [{ Offset: 0, Limit: 10_000 }, { limit: 10_000 }],
  [
    { FunctionName: 'beta', OrderBy: 'duration', Order: 'desc', Offset: 10, Limit: 30 },
    { functionName: 'beta', orderBy: 'duration', order: 'desc', offset: 10, limit: 30 },
  ],
  [
    {
      StartTime: vendorTime(FROM_US + 5 * HOUR_US),
      EndTime: vendorTime(FROM_US + 29 * HOUR_US),
      Limit: 240,
    },
    // The last second belongs to the window.
    {
      sinceUs: FROM_US + 5 * HOUR_US,
      untilUs: FROM_US + 29 * HOUR_US + 1_000_000,
      limit: 240,
    },
  ],
];

/** @param protocol https with an authority of the test's own */
export function describeV3Client(protocol: 'http' | 'https'): void {
  const clientOf = serveFor(protocol);
  describe.each(transports)(`${protocol}, $signMethod, $reqMethod`, (transport) => {
    const client = (different: Partial<V3ClientOptions> = {}) =>
      clientOf({ ...transport, ...different });
    testLogs(client);
    testSearch(client);
    testStates(client);
    testLists(client);
    testErrors(client);
  });
}

type ClientOf = (different?: Partial<V3ClientOptions>) => V3Client;

/** A server with the records for the tests of one file. @returns what makes its clients */
function serveFor(protocol: 'http' | 'https'): ClientOf {
  let app: TestApp;
  let authority: Certificate | undefined;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'fnlog-v3-'));
    authority = protocol === 'https' ? await makeAuthority('an authority of a test') : undefined;
    const flags = authority === undefined ? {} : await tlsFlags(authority, directory);
    app = await startTestApp({ flags });
    await storeInvocations(app.core, records);
  });
  afterAll(async () => {
    await app.remove();
    await rm(directory, { recursive: true, force: true });
  });
  return (different = {}) => {
    const trusted = authority === undefined ? {} : { authority: authority.cert };
    return buildV3Client({ ...app, ...trusted, ...different });
  };
}

async function tlsFlags(authority: Certificate, directory: string) {
  const server = await makeServerCertificate({ addresses: ['127.0.0.1'] }, authority);
  const [tlsCert, tlsKey] = [join(directory, 'server.crt'), join(directory, 'server.key')];
  await writeFile(tlsCert, server.cert);
  await writeFile(tlsKey, server.key);
  return { tlsCert, tlsKey };
}

/** The reply that the model gives, as the SDK hands it on. */
function wanted(query: Partial<InvocationQuery>) {
  const page = answerFrom(records, buildInvocationQuery(query));
  return { ...functionLogsReply(page), RequestId: expect.stringMatching(UUID) };
}

function testLogs(client: ClientOf): void {
  test('gets every order, both ways, in every spelling', async () => {
    for (const [orderBy, names] of Object.entries(orderNames)) {
      for (const order of orderDirections) {
        for (const OrderBy of names) {
          const reply = await client().GetFunctionLogs({ OrderBy, Order: order, Limit: 240 });
          const query = { orderBy: orderBy as OrderField, order, limit: 240 };
          expect(reply).toEqual(wanted(query));
        }
      }
    }
  });

  test.each(questions)('gets %j', async (parameters, query) => {
    expect(await client().GetFunctionLogs(parameters)).toEqual(wanted(query));
  });
}

function testSearch(client: ClientOf): void {
  test.each(['Application', 'Platform'] as const)('finds a keyword, %s', async (Type) => {
    const lines = Type === 'Application' ? 'application' : 'platform';
    for (const text of ['line 2', 'RequestId: 7', '']) {
      const first = { Offset: '', Limit: 5, Keyword: text, Type };
      const reply = await client().GetFunctionLogs({ SearchContext: first, Order: 'asc' });
      const keyword = text === '' ? {} : { keyword: { text, lines } as const };
      const query = { ...keyword, order: 'asc', limit: 5 } as const;
      const context = { ...first, Offset: reply.SearchContext?.Offset };
      expect(reply).toEqual({ ...wanted(query), SearchContext: context });
      const next = await client().GetFunctionLogs({
        SearchContext: { ...context, Offset: context.Offset ?? '' },
        Order: 'asc',
      });
      expect(next).toMatchObject(
        functionLogsReply(answerFrom(records, buildInvocationQuery({ ...query, offset: 5 }))),
      );
    }
  });
}

function testStates(client: ClientOf): void {
  test('gets the state of one request', async () => {
    for (const record of records.filter(({ namespace }) => namespace === 'default').slice(0, 9)) {
      const reply = await client().GetRequestStatus({
        FunctionName: record.functionName,
        FunctionRequestId: record.requestId,
        StartTime: vendorTime(FROM_US),
        EndTime: vendorTime(FROM_US + 48 * HOUR_US),
      });
      expect(reply).toEqual({
        TotalCount: 1,
        Data: [requestStatus(record)],
        RequestId: expect.stringMatching(UUID),
      });
    }
  });
}

function testLists(client: ClientOf): void {
  test('gets the functions and the namespaces that there are', async () => {
    const functions = await client().ListFunctions({
      Orderby: 'FunctionName',
      Order: 'DESC',
      Filters: [],
    });
    const names = ['alpha', 'beta', 'Gamma', '函数'];
    expect(functions.TotalCount).toBe(4);
    expect(functions.Functions?.map(({ FunctionName }) => FunctionName)).toEqual(
      [...names].sort().reverse(),
    );
    const found = await client().ListFunctions({ SearchKey: 'AMM', Limit: 1 });
    expect(found).toMatchObject({ TotalCount: 1, Functions: [{ FunctionName: 'Gamma' }] });
    const filtered = await client().ListFunctions({
      Filters: [{ Name: 'Runtime', Values: ['Nodejs18.15'] }],
    });
    expect(filtered).toMatchObject({ TotalCount: 0, Functions: [] });
    const namespaces = await client().ListNamespaces({});
    expect(namespaces.Namespaces?.map(({ Name }) => Name)).toEqual(['default', 'prod']);
  });
}

function testErrors(client: ClientOf): void {
  test('gets an error as its own exception, in English and in Chinese', async () => {
    const failures = [
      [{}, { Order: 'sideways' }, 'InvalidParameterValue.Order', /asc, acs, desc/],
      [{}, { Offset: 9_999, Limit: 2 }, 'LimitExceeded.Offset', /10001/],
      [{ secretKey: 'not the secret key' }, {}, 'AuthFailure.SignatureFailure', /belong together/],
      [{ secretId: 'AKIDnobody' }, {}, 'AuthFailure.SecretIdNotFound', /AKIDnobody/],
      [
        { language: 'zh-CN' },
        { Order: 'sideways' },
        'InvalidParameterValue.Order',
        /取值与规范不符/,
      ],
      [{ language: 'zh-CN', secretId: 'AKIDnobody' }, {}, 'AuthFailure.SecretIdNotFound', /不存在/],
    ] as const;
    for (const [different, parameters, code, message] of failures) {
      await expect(client(different).GetFunctionLogs(parameters)).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
        requestId: expect.stringMatching(UUID),
        traceId: expect.stringMatching(UUID),
      });
    }
    await expect(client().GetAccount()).rejects.toMatchObject({
      code: 'UnsupportedOperation',
    });
  });
}
