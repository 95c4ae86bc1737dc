// Pages by cursor over the native API, while records come in: together they are the page that a
// single question at the same mark gives.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { orderDirections, orderFields } from '../../src/domain/invocation-query.ts';
import { startTestApp, type TestApp } from '../support/running-app.ts';

interface Page {
  readonly total: number;
  readonly asOf: number;
  readonly nextCursor?: string;
  readonly invocations: readonly { readonly requestId: string; readonly retryNum: number }[];
}

const START_MS = Date.UTC(2026, 0, 1);
const FIRST = 120;
let app: TestApp;
let sent = 0;

/** Many ties in every order. */
function records(count: number) {
  return Array.from({ length: count }, () => {
    sent += 1;
    return {
      functionName: `f${sent % 3}`,
      requestId: `r${sent % 40}`,
      retryNum: Math.floor(sent / 40),
      startTime: START_MS + (sent % 4),
      duration: sent % 5,
      memUsage: sent % 3,
      retCode: sent % 2,
    };
  });
}

beforeAll(async () => {
  app = await startTestApp();
  for (let batch = 0; batch < 4; batch++) {
    await app.ingest(records(FIRST / 4));
  }
});
afterAll(() => app.remove());

async function ask(parameters: Readonly<Record<string, string | number>>): Promise<Page> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    query.set(name, String(value));
  }
  const response = await fetch(`${app.url}/api/v1/invocations?${query}`, {
    headers: { authorization: `Basic ${btoa(`${app.secretId}:${app.secretKey}`)}` },
  });
  const answer = (await response.json()) as Page;
  expect({ status: response.status, answer }).toMatchObject({ status: 200 });
  return answer;
}

const idsOf = ({ invocations }: Page) =>
  invocations.map(({ requestId, retryNum }) => `${requestId}#${retryNum}`);

const filters: Readonly<Record<string, string>>[] = [
  {},
  { functionName: 'f1' },
  { status: 'failed', since: '2026-01-01T00:00:00.001Z' },
  { requestId: 'r7' },
];

test.each(
  filters.flatMap((filter) =>
    orderFields.flatMap((orderBy) =>
      orderDirections.map((order) => ({ ...filter, orderBy, order })),
    ),
  ),
)('by cursor are the pages of one answer: %j', async (question) => {
  const first = await ask({ ...question, limit: 23 });
  const ids = idsOf(first);
  for (let cursor = first.nextCursor; cursor !== undefined; ) {
    await app.ingest(records(1));
    const page = await ask({ ...question, limit: 23, cursor });
    expect(page).toMatchObject({ total: first.total, asOf: first.asOf });
    expect(page.invocations.length).toBeGreaterThan(0);
    ids.push(...idsOf(page));
    cursor = page.nextCursor;
  }
  const whole = await ask({ ...question, limit: 10_000, asOf: first.asOf });
  expect(whole.nextCursor).toBeUndefined();
  expect(ids).toEqual(idsOf(whole));
  expect(ids).toHaveLength(first.total);
});

test('a mark that is not there yet is refused', async () => {
  const { asOf } = await ask({});
  const response = await fetch(`${app.url}/api/v1/invocations?asOf=${asOf + 1}`, {
    headers: { authorization: `Basic ${btoa(`${app.secretId}:${app.secretKey}`)}` },
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    error: {
      code: 'invalid_parameter',
      message: `asOf is ${asOf + 1}: the newest mark is ${asOf}; it takes the asOf of an answer`,
      details: { parameter: 'asOf' },
    },
  });
});
