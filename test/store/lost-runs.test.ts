// Lost runs against a naive computation over the same records, and what a late end makes of them.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Invocation } from '../../src/domain/invocation.ts';
import {
  buildInvocationQuery,
  type InvocationQuery,
  invocationStatuses,
  orderDirections,
  orderFields,
} from '../../src/domain/invocation-query.ts';
import { isLost, type LostRule } from '../../src/domain/lost-run.ts';
import { Gate } from '../../src/query/gate.ts';
import { QueryService } from '../../src/query/query-service.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { ModelStore } from '../support/model-store.ts';
import { rarely } from '../support/rarely.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const RECORDS = 600;
const BEGIN_MS = Date.UTC(2026, 5, 1);
const SECOND_US = 1_000_000;
const deadlineMs = 30_000;
const running = { retCode: 2, statusCode: 0, invokeFinished: false, log: '' };

/** Starts in one minute, of runs that may take no time that is known, a second, 30 or a day. */
function drawRecords(): Invocation[] {
  return Array.from({ length: RECORDS }, (_, at) =>
    buildInvocation({
      ...([0, 1, 2].includes(at % 5) ? running : { retCode: at % 5 === 3 ? 0 : 1 }),
      functionName: `fn-${at % 4}`,
      requestId: `id-${at % 150}`,
      retryNum: Math.floor(at / 150),
      startTimeUs: BEGIN_MS * 1000 + ((at * 37) % 60) * SECOND_US + (at % 3),
      timeLimitMs: [0, 1_000, 30_000, 86_400_000][(at * 7) % 4] ?? 0,
    }),
  );
}

const ids = ({ invocations }: { readonly invocations: readonly Invocation[] }) =>
  invocations.map(({ requestId, retryNum }) => `${requestId}/${retryNum}`);

describe('lost runs', () => {
  let store: TemporaryStore;
  const model = new ModelStore();
  const records = drawRecords();

  beforeAll(async () => {
    store = await openTemporaryStore();
    model.write(records);
    await store.writer.write(records);
  });
  afterAll(() => store.remove());

  test('and running ones are those of a naive computation, at any moment', async () => {
    let lost = 0;
    await fc.assert(
      fc.asyncProperty(questions, rules, async (given, lostRule) => {
        const query = buildInvocationQuery(given as Partial<InvocationQuery>);
        const page = await store.reader.page(query, { deadlineMs, lostRule });
        const wanted = model.page(query, lostRule);
        expect({ ...page, invocations: ids(page) }).toEqual({
          ...wanted,
          invocations: ids(wanted),
        });
        lost += query.status === 'lost' && page.total > 0 ? 1 : 0;
      }),
      { numRuns: 150 },
    );
    expect(lost).toBeGreaterThan(0);
  });

  test.each([0, 1])('are overdue by more than nothing: %i ms after', async (overdueMs) => {
    const own = { functionName: 'edge', namespace: `edge-${overdueMs}` };
    const startTimeUs = BEGIN_MS * 1000;
    const edges = [
      buildInvocation({ ...running, ...own, startTimeUs, timeLimitMs: 7_000 }),
      buildInvocation({ ...running, ...own, startTimeUs, timeLimitMs: 0 }),
    ];
    await store.writer.write(edges);
    const query = buildInvocationQuery({ namespace: own.namespace, status: 'lost' });
    const nowMs = BEGIN_MS + 7_000 + 500 + overdueMs;
    const lostRule = { nowMs, graceMs: 500, timeLimitMs: 7_000 };
    const page = await store.reader.page(query, { deadlineMs, lostRule });
    expect(page.total).toBe(overdueMs === 0 ? 0 : 2);
    expect(edges.filter((run) => isLost(run, lostRule))).toHaveLength(page.total);
  });

  test('are none without a rule', async () => {
    const lost = buildInvocationQuery({ status: 'lost' });
    expect(await store.reader.page(lost, { deadlineMs })).toMatchObject({ total: 0 });
    const still = buildInvocationQuery({ status: 'running', limit: 0 });
    expect((await store.reader.page(still, { deadlineMs })).total).toBe((RECORDS / 5) * 3);
  });
});

test('a run is running, then lost with when it was last heard of, and finished by a late end', async () => {
  const store = await openTemporaryStore();
  let nowMs = BEGIN_MS;
  const service = new QueryService({
    reader: store.reader,
    gate: new Gate({ slotCount: 2, waitingMax: 10, deadlineMs }),
    clock: { now: () => nowMs },
    lostRuns: { graceMs: 1_000, timeLimitMs: 60_000 },
  });
  const countOf = async (status: (typeof invocationStatuses)[number]) => {
    const page = await service.page(buildInvocationQuery({ status }));
    expect(page.invocations).toHaveLength(page.total);
    return page.total;
  };
  try {
    const start = buildInvocation({ ...running, startTimeUs: BEGIN_MS * 1000 });
    await store.writer.write([start]);
    expect([await countOf('running'), await countOf('lost')]).toEqual([1, 0]);
    nowMs += 61_001;
    expect([await countOf('running'), await countOf('lost')]).toEqual([0, 1]);
    const [shown] = (await service.page(buildInvocationQuery({}))).invocations;
    expect(shown).toEqual({ ...start, lost: true, heardTimeMs: expect.any(Number) });
    const end: Invocation = { ...start, retCode: 0, statusCode: 200, invokeFinished: true };
    expect(await store.writer.write([end])).toEqual(['replaced']);
    expect(await service.page(buildInvocationQuery({}))).toMatchObject({ invocations: [end] });
    const counts = await Promise.all(invocationStatuses.map(countOf));
    expect(counts).toEqual([1, 0, 0, 0]);
  } finally {
    await store.remove();
  }
});

const questions = fc.record({
  functionName: rarely(fc.constantFrom('fn-0', 'fn-3', 'none')),
  requestId: rarely(fc.nat(160).map((id) => `id-${id}`)),
  status: fc.constantFrom(undefined, 'running', 'running', 'lost', 'lost', 'failed'),
  sinceUs: rarely(fc.nat(60).map((second) => BEGIN_MS * 1000 + second * SECOND_US)),
  orderBy: fc.option(fc.constantFrom(...orderFields), { nil: undefined }),
  order: fc.option(fc.constantFrom(...orderDirections), { nil: undefined }),
  limit: fc.constantFrom(0, 7, 1_000),
  offset: fc.constantFrom(undefined, 0, 19),
});

const rules: fc.Arbitrary<LostRule> = fc.record({
  nowMs: fc.integer({ min: BEGIN_MS - 5_000, max: BEGIN_MS + 150_000 }),
  graceMs: fc.constantFrom(0, 500, 60_000),
  timeLimitMs: fc.constantFrom(1_000, 20_000, 900_000),
});
