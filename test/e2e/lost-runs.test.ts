// Lost runs at every face: a status of its own on the native API, retCode 2 as ever on the others.

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runCommandLine } from '../../src/cli/program.ts';
import { startTestApp, type TestApp } from '../support/running-app.ts';
import { buildV3Client } from '../support/v3-client.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ flags: { timeLimitSeconds: 3_600, lostGraceSeconds: 0 } });
  const minuteAgo = Date.now() - 60_000;
  await app.ingest([
    { functionName: 'f', requestId: 'silent', startTime: '2020-01-31T12:00:00Z', retCode: 2 },
    { functionName: 'f', requestId: 'short', startTime: minuteAgo, retCode: 2, timeLimit: 3_000 },
    { functionName: 'f', requestId: 'busy', startTime: minuteAgo, retCode: 2 },
    { functionName: 'f', requestId: 'done', startTime: '2020-01-31T12:00:00Z' },
  ]);
});
afterAll(() => app.remove());

async function ask(question: string): Promise<Record<string, unknown>> {
  const headers = { authorization: `Basic ${btoa(`${app.secretId}:${app.secretKey}`)}` };
  const response = await fetch(`${app.url}/api/v1/invocations?${question}`, { headers });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

test('the native API tells lost runs from running ones, by the limit of each', async () => {
  const heard = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  const shown = (requestId: string, runStatus: string) =>
    expect.objectContaining({ requestId, runStatus, lastHeard: heard, retCode: 2 });
  expect(await ask('status=lost&orderBy=requestId')).toEqual({
    total: 2,
    asOf: expect.any(Number),
    receipt: expect.anything(),
    invocations: [shown('short', 'lost'), shown('silent', 'lost')],
  });
  expect(await ask('status=running')).toEqual({
    total: 1,
    asOf: expect.any(Number),
    receipt: expect.anything(),
    invocations: [shown('busy', 'running')],
  });
});

test('the other fronts answer retCode 2 for both', async () => {
  const client = buildV3Client(app);
  const reply = await client.GetFunctionLogs({ FunctionName: 'f', OrderBy: 'request_id' });
  const codes = (reply.Data ?? []).map(({ RequestId, RetCode }) => [RequestId, RetCode]);
  expect(codes.sort()).toEqual([
    ['busy', 2],
    ['done', 0],
    ['short', 2],
    ['silent', 2],
  ]);
});

test('fnlog logs has a flag for each status, one at a time', async () => {
  const print = vi.spyOn(console, 'log').mockReturnValue(undefined);
  const complain = vi.spyOn(console, 'error').mockReturnValue(undefined);
  vi.stubEnv('FNLOG_SECRET_ID', app.secretId);
  vi.stubEnv('FNLOG_SECRET_KEY', app.secretKey);
  try {
    const logs = (...flags: string[]) => runCommandLine(['logs', '--server', app.url, ...flags]);
    expect(await logs('--lost', '-o', 'table')).toBe(0);
    expect(print.mock.lastCall?.[0]).toMatch(/ lost, last heard of \d{4}-.* short\n.* silent$/);
    expect(await logs('--running', '-o', 'jsonl')).toBe(0);
    expect(JSON.parse(print.mock.lastCall?.[0])).toMatchObject({ requestId: 'busy' });
    expect(await logs('--running', '--lost')).toBe(2);
    expect(complain.mock.lastCall?.[0]).toContain('--running and --lost exclude each other');
  } finally {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  }
});

test('a late end makes a lost run finished, and what was answered can be sent in again', async () => {
  const { invocations } = await ask('requestId=silent');
  expect(await app.ingest(invocations as object[])).toMatchObject({ duplicates: 1 });
  const end = { functionName: 'f', requestId: 'silent', startTime: '2020-01-31T12:00:00Z' };
  expect(await app.ingest([{ ...end, retCode: 1 }])).toMatchObject({ replaced: 1 });
  expect(await ask('status=lost')).toMatchObject({ total: 1 });
  expect(await ask('requestId=silent')).toEqual({
    total: 1,
    asOf: expect.any(Number),
    receipt: expect.anything(),
    invocations: [expect.not.objectContaining({ runStatus: expect.anything() })],
  });
});
