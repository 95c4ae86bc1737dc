// Over its limit, a key is told so in the words of each front.

import { expect, test } from 'vitest';
import { buildRateLimiter } from '../../src/http/rate-limits.ts';
import { encodeForm, HOST, keys } from './front-app.ts';
import { buildV2App, commonParameters, PATH, signatureOf } from './v2-app.ts';
import { buildV3App, call } from './v3-app.ts';

const limits = { GetFunctionLogs: 2 };

test('API 2.0 answers 4400', async () => {
  const app = await buildV2App({ limitRate: buildRateLimiter(limits) });
  const ask = async (nonce: string) => {
    const given = commonParameters(keys.reader, nonce);
    const Signature = signatureOf('GET', HOST, given, keys.reader.secretKey);
    const url = `${PATH}?${encodeForm({ ...given, Signature })}`;
    return (await app.inject({ method: 'GET', url, headers: { host: HOST } })).json();
  };
  expect([(await ask('1')).code, (await ask('2')).code]).toEqual([0, 0]);
  expect(await ask('3')).toMatchObject({ code: 4400, codeDesc: 'RequestLimitExceeded' });
});

test('API 3.0 answers RequestLimitExceeded, to that key and for that action alone', async () => {
  const app = await buildV3App({ limitRate: buildRateLimiter(limits) });
  const ask = async (different: object = {}) =>
    (await call(app, { key: keys.reader, ...different })).json().Response.Error?.Code;
  expect([await ask(), await ask()]).toEqual([undefined, undefined]);
  expect(await ask()).toBe('RequestLimitExceeded');
  expect(await ask({ action: 'ListFunctions' })).toBeUndefined();
  expect(await ask({ key: keys.admin })).toBeUndefined();
});

test('calls that are not signed rightly do not count', async () => {
  const app = await buildV3App({ limitRate: buildRateLimiter(limits) });
  for (let sent = 0; sent < 5; sent += 1) {
    const reply = await call(app, { key: keys.reader, signWith: 'another' });
    expect(reply.json().Response.Error.Code).toBe('AuthFailure.SignatureFailure');
  }
  expect((await call(app, { key: keys.reader })).json().Response).not.toHaveProperty('Error');
});
