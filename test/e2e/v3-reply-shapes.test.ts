// A reply of each action, member by member and type by type, against what the vendor's SDK declares.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeInvocations } from '../../src/app/core.ts';
import { openLocalFunctions } from '../../src/app/local-functions.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { compareShape, readDeclarations } from '../support/declared-shape.ts';
import { startTestApp, type TestApp } from '../support/running-app.ts';
import { buildV3Client, type V3Client } from '../support/v3-client.ts';

const EXAMPLES = new URL('../../examples/functions', import.meta.url).pathname;

const declared = readDeclarations();
const startTimeUs = Date.now() * 1000;

let app: TestApp;
let client: V3Client;

beforeAll(async () => {
  app = await startTestApp({ localFunctions: await openLocalFunctions(join(EXAMPLES)) });
  client = buildV3Client(app);
  await storeInvocations(app.core, [
    buildInvocation({
      functionName: 'told',
      requestId: 'r-1',
      startTimeUs,
      extra: {
        runtime: 'Nodejs18.15',
        description: 'resizes pictures',
        functionId: 'lam-12345678',
        type: 'Event',
      },
    }),
    buildInvocation({ functionName: 'untold', startTimeUs, retCode: 2, invokeFinished: false }),
  ]);
});
afterAll(async () => {
  await app.remove();
});

function report(name: string, reply: unknown) {
  return compareShape(declared, name, reply);
}

describe('the declarations', () => {
  test('are read from the package', () => {
    expect(declared.get('FunctionLog')?.get('Duration')).toMatchObject({ type: 'number' });
    expect(declared.get('ListFunctionsResponse')?.get('Functions')?.type).toBe('Array<Function>');
  });

  test('would find a wrong type, an undeclared member and a null', () => {
    const reply = { TotalCount: '1', Data: [{ Duration: null, Cost: 1 }], RequestId: 'r' };
    expect(report('GetFunctionLogsResponse', reply).faults).toEqual([
      'GetFunctionLogsResponse.TotalCount is a string: number is declared',
      'GetFunctionLogsResponse.Data.0.Duration is null, which is not declared',
      'GetFunctionLogsResponse.Data.0.Cost is not declared',
    ]);
  });
});

describe('a reply of', () => {
  test('GetFunctionLogs has every member, SearchContext where the call has one', async () => {
    const plain = await client.GetFunctionLogs({ Limit: 2 });
    expect(plain.Data).toHaveLength(2);
    expect(report('GetFunctionLogsResponse', plain)).toEqual({
      faults: [],
      leftOut: ['GetFunctionLogsResponse.SearchContext'],
    });
    const searched = await client.GetFunctionLogs({ SearchContext: { Offset: '', Limit: 2 } });
    expect(report('GetFunctionLogsResponse', searched)).toEqual({ faults: [], leftOut: [] });
  });

  test('GetRequestStatus has every member', async () => {
    const reply = await client.GetRequestStatus({ FunctionName: 'told', FunctionRequestId: 'r-1' });
    expect(reply.Data).toHaveLength(1);
    expect(report('GetRequestStatusResponse', reply)).toEqual({ faults: [], leftOut: [] });
  });

  test('ListFunctions has what a record said, and never what none did', async () => {
    const told = await client.ListFunctions({ SearchKey: 'told', Orderby: 'FunctionName' });
    expect(told.Functions?.map(({ Runtime }) => Runtime)).toEqual(['Nodejs18.15', null]);
    const unknownToFnlog = [
      'Function.AsyncRunEnable',
      'Function.Status',
      'Function.StatusDesc',
      'Function.StatusReasons',
      'Function.Tags',
      'Function.TraceEnable',
    ];
    const saidByRecords = ['Function.Description', 'Function.FunctionId', 'Function.Type'];
    expect(report('ListFunctionsResponse', told)).toEqual({
      faults: [],
      leftOut: [...unknownToFnlog, ...saidByRecords].sort(),
    });
    const first = { ...told, Functions: told.Functions?.slice(0, 1) };
    expect(report('ListFunctionsResponse', first).leftOut).toEqual(unknownToFnlog);
  });

  test('ListNamespaces has the names and what was seen in them', async () => {
    const reply = await client.ListNamespaces({});
    expect(reply.Namespaces?.map(({ Name }) => Name)).toEqual(['default']);
    expect(report('ListNamespacesResponse', reply)).toEqual({
      faults: [],
      leftOut: ['Namespace.Description', 'Namespace.Type'],
    });
  });

  test('Invoke has every member, whether it waits or not, and leaves a record', async () => {
    const run = { FunctionName: 'hello-node', ClientContext: '{"name":"Ada"}' };
    const waited = await client.Invoke({ ...run, LogType: 'Tail' });
    expect(report('InvokeResponse', waited)).toEqual({ faults: [], leftOut: [] });
    expect(waited.Result).toMatchObject({ InvokeResult: 0, ErrMsg: '' });
    expect(waited.Result?.Log).toContain(`END RequestId: ${waited.Result?.FunctionRequestId}`);
    const begun = await client.Invoke({ ...run, InvocationType: 'Event' });
    expect(report('InvokeResponse', begun)).toEqual({ faults: [], leftOut: [] });
    for (const { Result } of [waited, begun]) {
      const FunctionRequestId = Result?.FunctionRequestId ?? '';
      const logs = () => client.GetFunctionLogs({ FunctionRequestId });
      await expect.poll(logs, { timeout: 20_000 }).toMatchObject({ TotalCount: 1 });
    }
  });

  test('Invoke names a function that is not here', async () => {
    await expect(client.Invoke({ FunctionName: 'nobody' })).rejects.toMatchObject({
      code: 'ResourceNotFound.Function',
      message: expect.stringContaining('default/hello-node'),
    });
  });
});
