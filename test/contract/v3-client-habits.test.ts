// Habits of clients that cannot be run here, one by one: each is taken as its client means it.

import { expect, test } from 'vitest';
import type { InvocationQuery } from '../../src/domain/invocation-query.ts';
import { frontOptions, keys } from './front-app.ts';
import { buildV3App, type CallV3, call } from './v3-app.ts';

const asked: InvocationQuery[] = [];
const app = await buildV3App({
  questions: {
    ...frontOptions.questions,
    page: async (query) => {
      asked.push(query);
      return { total: 0, invocations: [], asOf: 0 };
    },
  },
});

type Habit = readonly [what: string, call: Omit<CallV3, 'key'>, query: Partial<InvocationQuery>];

const habits: readonly Habit[] = [
  ['PHP writes a structure without members as a list', { parameters: { Filter: [] } }, {}],
  ['Go sends a structure without members', { parameters: { Filter: {} } }, {}],
  [
    'Go leaves empty values out of an older signature',
    { scheme: 'HmacSHA1', parameters: { Namespace: '' }, emptyUnsigned: true },
    {},
  ],
  [
    'qcloudapi-sdk sends what is undefined as empty',
    { scheme: 'HmacSHA256', parameters: { Limit: '', Order: '' } },
    {},
  ],
  [
    'capi puts common parameters into JSON',
    { parameters: { RequestClient: 'x', FunctionName: 'f' } },
    { functionName: 'f' },
  ],
  [
    'cloudbase-manager-node 1.0.0 begins a name in lower case',
    { parameters: { functionRequestId: 'r' } },
    { requestId: 'r' },
  ],
  ['Python signs the host with its port, others without it', { signedHost: '127.0.0.1' }, {}],
  ['Go and Python sign the host in capitals as it was typed', { host: 'FnLog.Local:5280' }, {}],
  [
    'the vendor’s page has it in lower case',
    { host: 'FnLog.Local:5280', signedHost: 'fnlog.local:5280' },
    {},
  ],
  ['a proxy has changed the Host header', { signedHost: 'scf.tencentcloudapi.com' }, {}],
  ['older Python takes the scheme for a part of the service', { service: 'http://127' }, {}],
  ['Node’s client takes the port for a part of it', { service: 'localhost:18583' }, {}],
  [
    'unsignedPayload leaves the body out of the signature',
    { unsignedPayload: true, parameters: { Limit: 3 } },
    { limit: 3 },
  ],
  ['Java says the charset in the type', { contentType: 'application/json; charset=utf-8' }, {}],
  [
    'some send a form with a TC3 signature',
    { rawBody: 'Limit=3&Filter.RetCode=is0', contentType: 'application/x-www-form-urlencoded' },
    { limit: 3, status: 'ok' },
  ],
  [
    'capi labels a form as JSON',
    { scheme: 'HmacSHA1', contentType: 'application/json', parameters: { Limit: 3 } },
    { limit: 3 },
  ],
  ['Python’s JSON has spaces', { rawBody: '{"Limit": 3, "Offset": 1}' }, { limit: 3, offset: 1 }],
  ['a null is no value', { parameters: { FunctionName: null, Filter: null } }, {}],
  ['a permanent key comes with a token', { token: 'any' }, {}],
];

test.each(habits)('%s', async (_what, different, query) => {
  asked.length = 0;
  const reply = await call(app, { key: keys.reader, ...different });
  expect(reply.json().Response).not.toHaveProperty('Error');
  expect(asked).toEqual([
    { namespace: 'default', orderBy: 'startTime', order: 'desc', limit: 20, offset: 0, ...query },
  ]);
});

test('a body that is not signed cannot be passed off as a signed one, nor the other way round', async () => {
  for (const different of [
    { unsignedPayload: true, headersAfterSigning: { 'x-tc-content-sha256': undefined } },
    { headersAfterSigning: { 'x-tc-content-sha256': 'UNSIGNED-PAYLOAD' } },
  ]) {
    const reply = await call(app, { key: keys.reader, ...different });
    expect(reply.json().Response.Error.Code).toBe('AuthFailure.SignatureFailure');
  }
});

test('the type of a reply is application/json and no letter more', async () => {
  // Python's client looks for errors only where it is.
  const good = await call(app, { key: keys.reader });
  const bad = await call(app, { key: keys.reader, parameters: { Limit: -1 } });
  for (const reply of [good, bad]) {
    expect(reply.headers['content-type']).toBe('application/json');
  }
});
