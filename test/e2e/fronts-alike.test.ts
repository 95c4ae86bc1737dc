// API 2.0, API 3.0, service tcb and the native API give the same answer to the same question.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storeInvocations } from '../../src/app/core.ts';
import { orderDirections, orderFields } from '../../src/domain/invocation-query.ts';
import type { NativePage } from '../../src/wire/native/encode-page.ts';
import { drawInvocations } from '../support/draw-invocations.ts';
import { startTestApp, type TestApp } from '../support/running-app.ts';
import { buildV2Client } from '../support/v2-client.ts';
import { buildV3Client, type V3Client } from '../support/v3-client.ts';
import { vendorTime } from '../support/v3-shape.ts';

const FROM_US = Date.UTC(2026, 10, 20) * 1000;
const HOUR_US = 3_600_000_000;
const records = drawInvocations({ count: 300, seed: 11, fromUs: FROM_US });

let app: TestApp;
let askV2: ReturnType<typeof buildV2Client>;
let v3: V3Client;

beforeAll(async () => {
  app = await startTestApp();
  await storeInvocations(app.core, records);
  askV2 = buildV2Client({ ...app, method: 'post', signatureMethod: 'sha256' });
  v3 = buildV3Client(app);
});
afterAll(async () => {
  await app.remove();
});

interface Question {
  readonly functionName?: string;
  readonly requestId?: string;
  readonly status?: 'ok' | 'failed';
  readonly orderBy?: (typeof orderFields)[number];
  readonly order?: (typeof orderDirections)[number];
  readonly limit?: number;
  readonly offset?: number;
}

/** What API 2.0 has no words for. */
interface Wider {
  readonly namespace?: string;
  readonly qualifier?: string;
  /** Hours after the first start that there can be. */
  readonly window?: { readonly fromHour: number; readonly hours: number };
}

const question = fc.record<Question>(
  {
    functionName: fc.constantFrom('alpha', 'beta', 'Gamma', '函数', 'nobody'),
    requestId: fc.constantFrom(...records.slice(0, 40).map(({ requestId }) => requestId)),
    status: fc.constantFrom('ok', 'failed'),
    orderBy: fc.constantFrom(...orderFields),
    order: fc.constantFrom(...orderDirections),
    limit: fc.integer({ min: 0, max: 40 }),
    offset: fc.integer({ min: 0, max: 250 }),
  },
  { requiredKeys: [] },
);
const wider = fc.record<Wider>(
  {
    namespace: fc.constantFrom('default', 'prod', 'nowhere'),
    qualifier: fc.constantFrom('$LATEST', '3'),
    window: fc.record({
      fromHour: fc.integer({ min: -1, max: 48 }),
      hours: fc.integer({ min: 0, max: 30 }),
    }),
  },
  { requiredKeys: [] },
);

/** One row of every front, by what all of them tell. */
interface Row {
  readonly requestId: unknown;
  readonly retCode: unknown;
  readonly startTime: unknown;
}

interface Answer {
  readonly total: unknown;
  readonly rows: readonly Row[];
}

const filterOf = { ok: 'is0', failed: 'not0' } as const;

async function fromV2({ status, orderBy, ...same }: Question): Promise<Answer> {
  const parameters = {
    ...same,
    ...(orderBy === undefined ? {} : { orderby: orderBy }),
    ...(status === undefined ? {} : { filter: { retCode: filterOf[status] } }),
  };
  let reply = await askV2(parameters);
  // Its client draws nonces from 65,536, and now and then one twice within a second.
  for (let tries = 1; reply.code === 4500 && tries < 5; tries += 1) {
    reply = await askV2(parameters);
  }
  expect(reply.code).toBe(0);
  const { total, data } = reply;
  return {
    total,
    rows: data.map(({ requestId, retCode, startTime }) => ({ requestId, retCode, startTime })),
  };
}

/** The same words for scf and tcb, but for two names. */
function v3Parameters({ window, ...asked }: Question & Wider): Record<string, unknown> {
  return {
    FunctionName: asked.functionName,
    Qualifier: asked.qualifier,
    Offset: asked.offset,
    Limit: asked.limit,
    Order: asked.order,
    OrderBy: asked.orderBy,
    Filter: asked.status === undefined ? {} : { RetCode: filterOf[asked.status] },
    ...(window === undefined ? {} : timesOf(window)),
  };
}

function timesOf({ fromHour, hours }: NonNullable<Wider['window']>) {
  const fromUs = FROM_US + fromHour * HOUR_US;
  return { StartTime: vendorTime(fromUs), EndTime: vendorTime(fromUs + hours * HOUR_US) };
}

async function fromV3(asked: Question & Wider): Promise<Answer> {
  const { TotalCount, Data = [] } = await v3.GetFunctionLogs({
    ...v3Parameters(asked),
    Namespace: asked.namespace ?? '',
    FunctionRequestId: asked.requestId ?? '',
  });
  const rows = Data.map((row) => ({
    requestId: row.RequestId,
    retCode: row.RetCode,
    startTime: row.StartTime,
  }));
  return { total: TotalCount, rows };
}

async function fromTcb(asked: Question & Wider): Promise<Answer> {
  const tcb = buildV3Client(app);
  tcb.apiVersion = '2018-06-08';
  const { TotalCount, LogList } = await tcb.request('GetFunctionLogs', {
    ...v3Parameters(asked),
    EnvId: asked.namespace ?? '',
    LogRequestId: asked.requestId ?? '',
  });
  const rows = (LogList as Record<string, unknown>[]).map((row) => ({
    requestId: row['RequestId'],
    retCode: row['RetCode'],
    startTime: row['StartTime'],
  }));
  return { total: TotalCount, rows };
}

async function fromNative({ window, ...asked }: Question & Wider): Promise<Answer> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) {
    query.set(name, String(value));
  }
  if (window !== undefined) {
    const fromUs = FROM_US + window.fromHour * HOUR_US;
    query.set('since', new Date(fromUs / 1000).toISOString());
    // Its end is no longer part of the window; on the other fronts the last second is.
    const untilUs = fromUs + window.hours * HOUR_US + 1_000_000;
    query.set('until', new Date(untilUs / 1000).toISOString());
  }
  const authorization = `Basic ${btoa(`${app.secretId}:${app.secretKey}`)}`;
  const reply = await fetch(`${app.url}/api/v1/invocations?${query}`, {
    headers: { authorization },
  });
  const { total, invocations } = (await reply.json()) as NativePage;
  const rows = invocations.map(({ requestId, retCode, startTime }) => ({
    requestId,
    retCode,
    startTime: vendorTime(Date.parse(startTime) * 1000),
  }));
  return { total, rows };
}

test('what all of them can ask', async () => {
  await fc.assert(
    fc.asyncProperty(question, async (asked) => {
      const answer = await fromV2(asked);
      expect(await fromV3(asked)).toEqual(answer);
      expect(await fromTcb(asked)).toEqual(answer);
      expect(await fromNative(asked)).toEqual(answer);
    }),
    { numRuns: 150 },
  );
});

test('what all but API 2.0 can ask', async () => {
  await fc.assert(
    fc.asyncProperty(question, wider, async (asked, more) => {
      const answer = await fromV3({ ...asked, ...more });
      expect(await fromTcb({ ...asked, ...more })).toEqual(answer);
      expect(await fromNative({ ...asked, ...more })).toEqual(answer);
    }),
    { numRuns: 150 },
  );
});
