// The seed document's example, asked and answered through the route.

import { describe, expect, test } from 'vitest';
import type { Invocation } from '../../src/domain/invocation.ts';
import type { InvocationQuery } from '../../src/domain/invocation-query.ts';
import type { V2RouteOptions } from '../../src/http/routes/v2.ts';
import { encodeForm, frontOptions, HOST, type KeyName, keys } from './front-app.ts';
import { buildV2App, commonParameters, PATH, signatureOf } from './v2-app.ts';

const MESSAGE = "'module' object has no attribute 'lambda_handler'";

function invocation(different: Partial<Invocation>): Invocation {
  return {
    namespace: 'default',
    functionName: 'helljin89',
    qualifier: '$LATEST',
    requestId: 'b684ef85-250a-11e7-839d-5254007d2563',
    retryNum: 0,
    startTimeUs: Date.parse('2017-04-19T14:16:00.123Z') * 1000,
    durationUs: 241,
    billDurationMs: 100,
    memUsageBytes: 131072,
    memoryLimitBytes: 0,
    initDurationUs: null,
    retCode: 1,
    statusCode: 430,
    invokeFinished: true,
    retMsg: MESSAGE,
    log: '',
    logCutBytes: 0,
    timeLimitMs: 0,
    traceId: '',
    source: '',
    extra: {},
    ...different,
  };
}

const page = {
  total: 189,
  asOf: 200,
  invocations: [
    invocation({}),
    invocation({
      requestId: 'b6842e1a-250a-11e7-aaa8-525400edfec1',
      durationUs: 269,
      invokeFinished: false,
      log: 'line\n"中文" \u0000\ud800',
    }),
  ],
};

interface Asked {
  readonly method?: 'GET' | 'POST';
  readonly key?: KeyName;
  readonly options?: Partial<V2RouteOptions>;
  readonly contentType?: string;
}

async function ask(parameters: Readonly<Record<string, string>>, asked: Asked = {}) {
  const { method = 'GET', key = 'reader', options = {} } = asked;
  const queries: InvocationQuery[] = [];
  const app = await buildV2App({
    questions: {
      ...frontOptions.questions,
      page: async (query) => {
        queries.push(query);
        return page;
      },
    },
    ...options,
  });
  const given = { ...commonParameters(keys[key], '7'), ...parameters };
  const Signature = signatureOf(method, HOST, given, keys[key].secretKey);
  const form = encodeForm({ ...given, Signature });
  const reply = await app.inject({
    method,
    // What stands in the other place must not count.
    url: `${PATH}?${method === 'GET' ? form : 'limit=abc&%zz'}`,
    headers: {
      host: HOST,
      'content-type': asked.contentType ?? 'application/x-www-form-urlencoded',
    },
    payload: method === 'POST' ? form : 'limit=abc&%zz',
  });
  return { reply, queries };
}

const example = { offset: '1', limit: '2', orderby: 'duration', functionName: 'helljin89' };

describe('GetFunctionLogs of API 2.0', () => {
  test.each(['GET', 'POST'] as const)('answers the example of the page to a %s', async (method) => {
    const { reply, queries } = await ask(example, { method });
    expect(queries).toEqual([
      {
        namespace: 'default',
        functionName: 'helljin89',
        orderBy: 'duration',
        order: 'asc',
        limit: 2,
        offset: 1,
      },
    ]);
    expect(reply.statusCode).toBe(200);
    expect(reply.headers['content-type']).toMatch(/^application\/json/);
    const first =
      `{"functionName":"helljin89","retMsg":"${MESSAGE}",` +
      '"requestId":"b684ef85-250a-11e7-839d-5254007d2563","startTime":"2017-04-19 22:16:00",' +
      '"retCode":1,"invokeFinished":1,"duration":0.241,"billDuration":100,"memUsage":131072,"log":""}';
    expect(reply.body).toContain(
      `{"code":0,"message":"","codeDesc":"Success","total":189,"data":[${first},{`,
    );
    expect(reply.json().data[1]).toMatchObject({
      duration: 0.269,
      invokeFinished: 0,
      log: 'line\n"中文" \u0000\ud800',
    });
  });

  test('prints start times in the configured zone', async () => {
    const { reply } = await ask({}, { options: { timeZone: 'America/New_York' } });
    expect(reply.json().data[0].startTime).toBe('2017-04-19 10:16:00');
  });

  test('is answered to an admin too', async () => {
    const { reply } = await ask({}, { key: 'admin' });
    expect(reply.json().code).toBe(0);
  });

  test.each(['application/json', 'text/plain; charset=utf-8', 'nonsense', ''])(
    'reads the form of a POST labelled %j',
    async (contentType) => {
      const { reply } = await ask(example, { method: 'POST', contentType });
      expect(reply.json().code).toBe(0);
    },
  );

  test('hides what went wrong inside, and tells the one who watches', async () => {
    const fault = new Error('cannot open /var/lib/fnlog');
    const faults: unknown[] = [];
    const { reply } = await ask(
      {},
      {
        options: {
          questions: { ...frontOptions.questions, page: () => Promise.reject(fault) },
          onFault: (error) => faults.push(error),
        },
      },
    );
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toMatchObject({ code: 6000, codeDesc: 'InternalError' });
    expect(reply.body).not.toContain('fnlog');
    expect(faults).toEqual([fault]);
  });

  test('does not start in a time zone that does not exist', async () => {
    await expect(buildV2App({ timeZone: 'Asia/Atlantis' })).rejects.toThrow(/Atlantis/);
  });
});
