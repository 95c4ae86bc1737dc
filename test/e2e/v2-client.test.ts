import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Invocation } from '../../src/domain/invocation.ts';
import {
  buildInvocationQuery,
  type OrderField,
  orderDirections,
  orderFields,
} from '../../src/domain/invocation-query.ts';
import { answerFrom } from '../support/model-store.ts';
import { invocationFrom } from '../support/native-shape.ts';
import { startTestApp, type TestApp } from '../support/running-app.ts';
import { buildV2Client } from '../support/v2-client.ts';

const run = promisify(execFile);
const FNLOG = new URL('../../dist/launch.cjs', import.meta.url).pathname;
const RUNS = 30;

/** Takes between some microseconds and some milliseconds, allocates, and fails now and then. */
const FUNCTION_SOURCE = `
let calls = 0;
exports.main_handler = async (event, context) => {
  calls += 1;
  const until = performance.now() + (calls * 7) % 4;
  while (performance.now() < until);
  console.log('call', calls, '中文', event);
  if (calls % 3 === 0) throw new TypeError('call ' + calls + ' fails');
  return { calls, requestId: context.request_id };
};`;

const snakeCase: Record<OrderField, string> = {
  startTime: 'start_time',
  functionName: 'function_name',
  requestId: 'request_id',
  duration: 'duration',
  memUsage: 'mem_usage',
};

const clients = [
  { method: 'get', signatureMethod: 'sha1' },
  { method: 'get', signatureMethod: 'sha256' },
  { method: 'post', signatureMethod: 'sha1' },
  { method: 'post', signatureMethod: 'sha256' },
] as const;

describe.each(clients)('qcloudapi-sdk, $method with $signatureMethod', (client) => {
  let app: TestApp;
  let ask: ReturnType<typeof buildV2Client>;
  let room: string;
  const records: Invocation[] = [];

  beforeAll(async () => {
    app = await startTestApp();
    ask = buildV2Client({ ...app, ...client });
    room = await mkdtemp(join(tmpdir(), 'fnlog-functions-'));
    for (const name of ['alpha', 'beta']) {
      records.push(...(await invoke(name)));
    }
  });
  afterAll(async () => {
    await app.remove();
    await rm(room, { recursive: true, force: true });
  });

  /** Runs a function by the command and takes the records that it prints. */
  async function invoke(name: string): Promise<Invocation[]> {
    await writeFile(join(room, 'index.js'), FUNCTION_SOURCE);
    await writeFile(join(room, 'function.json'), JSON.stringify({ name }));
    const { stdout } = await run(
      process.execPath,
      [FNLOG, 'invoke', room, '-n', String(RUNS), '-o', 'jsonl', '--server', app.url],
      {
        env: {
          ...process.env,
          FNLOG_SECRET_ID: app.secretId,
          FNLOG_SECRET_KEY: app.secretKey,
        },
      },
    );
    return stdout.trim().split('\n').map(invocationFrom);
  }

  test.each(orderFields)('gets what fnlog invoke made, by %s, both ways', async (orderBy) => {
    for (const order of orderDirections) {
      for (const spelling of [orderBy, snakeCase[orderBy]]) {
        const reply = await ask({ orderby: spelling, order, limit: 100 });
        const wanted = answerFrom(records, buildInvocationQuery({ orderBy, order, limit: 100 }));
        expect(reply).toEqual(v2Reply(wanted));
      }
    }
  });

  test('gets one function, one request, failures, successes, and pages of them', async () => {
    const one = records[7];
    const questions = [
      [{ functionName: 'beta' }, { functionName: 'beta' }],
      [{ requestId: one?.requestId }, { requestId: one?.requestId ?? '' }],
      [{ filter: { retCode: 'not0' } }, { status: 'failed' }],
      [{ 'filter.retCode': 'is0' }, { status: 'ok' }],
      [
        { offset: 3, limit: 5 },
        { offset: 3, limit: 5 },
      ],
      [
        { functionName: 'alpha', orderby: 'duration', offset: 1, limit: 2 },
        { functionName: 'alpha', orderBy: 'duration', offset: 1, limit: 2 },
      ],
      [{ limit: 0 }, { limit: 0 }],
      [{ functionName: 'nobody' }, { functionName: 'nobody' }],
    ] as const;
    for (const [parameters, query] of questions) {
      const wanted = answerFrom(records, buildInvocationQuery(query));
      expect(await ask(parameters)).toEqual(v2Reply(wanted));
    }
    expect(records.filter(({ retCode }) => retCode !== 0)).toHaveLength((RUNS / 3) * 2);
  });

  test('gets an error as the envelope says it', async () => {
    expect(await ask({ limit: -1 })).toMatchObject({ code: 4000, codeDesc: 'InvalidParameter' });
    const stranger = buildV2Client({ ...app, ...client, secretKey: 'not-the-secret-key-at-all' });
    expect(await stranger({})).toMatchObject({ code: 4100, codeDesc: 'AuthFailure' });
  });
});

/** The envelope of the seed document, written out by hand from the model's answer. */
function v2Reply({ total, invocations }: ReturnType<typeof answerFrom>) {
  const data = invocations.map((record) => ({
    functionName: record.functionName,
    retMsg: record.retMsg,
    requestId: record.requestId,
    startTime: new Date(Math.floor(record.startTimeUs / 1000) + 8 * 3_600_000)
      .toISOString()
      .slice(0, 19)
      .replace('T', ' '),
    retCode: record.retCode,
    invokeFinished: 1,
    duration: record.durationUs / 1000,
    billDuration: record.billDurationMs,
    memUsage: record.memUsageBytes,
    log: record.log,
  }));
  return { code: 0, message: '', codeDesc: 'Success', total, data };
}
