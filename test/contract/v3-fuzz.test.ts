// Whatever bytes come, API 3.0 answers with its envelope.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOST, keys } from './front-app.ts';
import { buildV3App, call, VERSIONS } from './v3-app.ts';

const app = await buildV3App();

const names = fc.oneof(
  fc.constantFrom('FunctionName', 'Offset', 'Limit', 'Order', 'OrderBy', 'Filter', 'Namespace'),
  fc.constantFrom('SearchContext', 'Filters', 'SearchKey', 'StartTime', 'EndTime', 'LogRequestId'),
  fc.constantFrom('__proto__', 'constructor', 'toString', '', '.', 'a.b', 'Filter.RetCode', '0'),
  fc.string(),
);
const scalars = fc.oneof(
  fc.constantFrom('not0', 'asc', 'duration', '2026-11-23 00:00:00', '', '1-5-5', 'Runtime'),
  fc.constantFrom(0, 1, 20, 10_000, -1, 1.5, 1e300, Number.MAX_SAFE_INTEGER, true, false, null),
  fc.string({ unit: 'binary' }),
  fc.double(),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    scalars,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(names, tie('tree'), { maxKeys: 3 }),
  ),
}));
const parameters = fc.dictionary(names, tree, { maxKeys: 5 });
const actions = fc.oneof(
  fc.constantFrom('GetFunctionLogs', 'GetRequestStatus', 'ListFunctions', 'ListNamespaces'),
  fc.constantFrom('Invoke', 'GetFunctionLogDetail', 'DescribeEnvs', 'CreateFunction', '__proto__'),
);
const schemes = fc.constantFrom('TC3-HMAC-SHA256', 'HmacSHA1', 'HmacSHA256');
const methods = fc.constantFrom('GET', 'POST');
const versions = fc.constantFrom(VERSIONS.scf, VERSIONS.scf, VERSIONS.tcb, '2017-01-01');

interface Envelope {
  readonly statusCode: number;
  readonly body: string;
  json(): { Response: { RequestId: string; Error?: { Code: string; Message: string } } };
}

/** @returns the code of the answer, once it is sure that it is a whole one */
function codeOf(reply: Envelope): string {
  expect(reply.statusCode).toBe(200);
  expect(reply.body).not.toMatch(/\bat .*\.[jt]s:\d+/);
  const { Response } = reply.json();
  expect(Response.RequestId).toMatch(/^[0-9a-f-]{36}$/);
  if (Response.Error === undefined) {
    return 'Success';
  }
  expect(Response.Error.Message).not.toBe('');
  return Response.Error.Code;
}

test('signed calls with any parameters', async () => {
  const codes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.record({ action: actions, scheme: schemes, method: methods, version: versions }),
      parameters,
      async (asked, given) => {
        const reply = await call(app, { key: keys.admin, ...asked, parameters: given });
        const code = codeOf(reply);
        expect(code).not.toMatch(/^InternalError/);
        codes.add(code.split('.', 1)[0] ?? '');
      },
    ),
    { numRuns: 3_000 },
  );
  // They get behind the signature, and into the parameters.
  expect([...codes]).toEqual(
    expect.arrayContaining([
      'Success',
      'InvalidParameterValue',
      'UnknownParameter',
      'InvalidAction',
    ]),
  );
});

test('signed bodies of any bytes', async () => {
  const texts = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
  );
  await fc.assert(
    fc.asyncProperty(texts, actions, async (rawBody, action) => {
      const reply = await call(app, { key: keys.reader, action, rawBody });
      expect(codeOf(reply)).not.toMatch(/^(InternalError|AuthFailure)/);
    }),
    { numRuns: 1_000 },
  );
});

test('requests of any kind that nobody signed', async () => {
  const printable = fc.string().map((text) => text.replaceAll(/[^\x20-\x7e]/g, ''));
  const headers = fc.dictionary(
    fc.constantFrom(
      'authorization',
      'x-tc-action',
      'x-tc-version',
      'x-tc-timestamp',
      'content-type',
    ),
    fc.oneof(
      printable,
      fc.constantFrom('GetFunctionLogs', '2018-04-16', 'TC3-HMAC-SHA256 Credential=a/b/c/d, e'),
    ),
  );
  const queries = fc.string().map((text) => encodeURI(text.toWellFormed()).replaceAll('#', ''));
  await fc.assert(
    fc.asyncProperty(
      methods,
      headers,
      queries,
      fc.uint8Array(),
      async (method, given, query, body) => {
        const reply = await app.inject({
          method,
          url: `/?${query}`,
          headers: { ...given, host: HOST },
          ...(method === 'POST' ? { payload: Buffer.from(body) } : {}),
        });
        expect(codeOf(reply)).not.toMatch(/^(InternalError|Success)/);
      },
    ),
    { numRuns: 2_000 },
  );
});
