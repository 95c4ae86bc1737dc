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
import { buildInvocation } from '../support/build-invocation.ts';
import { answerFrom } from '../support/model-store.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const RECORDS = 3_000;
const BEGIN_US = Date.UTC(2026, 5, 1) * 1000;
const deadline = { deadlineMs: 30_000 };

/** Few values for each field, so that ties are everywhere. */
function manyTies(): Invocation[] {
  return Array.from({ length: RECORDS }, (_, index) =>
    buildInvocation({
      namespace: index % 11 === 0 ? 'other' : 'default',
      functionName: `fn-${(index * 7) % 5}`,
      qualifier: index % 3 === 0 ? '1' : '$LATEST',
      requestId: `id-${(index * 13) % 700}`,
      retryNum: Math.floor(index / 700),
      startTimeUs: BEGIN_US + ((index * 37) % 101) * 1_000,
      durationUs: ((index * 17) % 19) * 500,
      memUsageBytes: ((index * 5) % 7) * 1_000_000,
      retCode: [0, 0, 1, 2, 3, -1][index % 6] ?? 0,
      log: `line ${index}\nß→𝄞 "quoted" \\ \u0000`,
    }),
  );
}

describe('pages of the store', () => {
  let store: TemporaryStore;
  const records = manyTies();

  beforeAll(async () => {
    store = await openTemporaryStore();
    for (let from = 0; from < records.length; from += 250) {
      await store.writer.write(records.slice(from, from + 250));
    }
  });
  afterAll(() => store.remove());

  test('are what an independent sort of the same records gives, for any question', async () => {
    await fc.assert(
      fc.asyncProperty(questions(), async (given) => {
        const query = buildInvocationQuery(given as Partial<InvocationQuery>);
        expect(await store.reader.page(query, deadline)).toEqual(answerFrom(records, query));
      }),
      { numRuns: 300 },
    );
  });

  test.each(orderFields)('by %s, put together, are all records once', async (orderBy) => {
    const wanted = records.filter(({ namespace }) => namespace === 'default');
    const seen = new Set<string>();
    for (let offset = 0; offset < wanted.length; offset += 311) {
      const query = buildInvocationQuery({ orderBy, order: 'desc', limit: 311, offset });
      const page = await store.reader.page(query, deadline);
      expect(page.total).toBe(wanted.length);
      for (const { functionName, requestId, retryNum } of page.invocations) {
        seen.add(JSON.stringify([functionName, requestId, retryNum]));
      }
    }
    expect(seen.size).toBe(wanted.length);
  });

  test('are the same after a restart', async () => {
    const query = buildInvocationQuery({ orderBy: 'duration', order: 'desc', limit: 500 });
    const before = await store.reader.page(query, deadline);
    store = await store.reopen();
    expect(await store.reader.page(query, deadline)).toEqual(before);
  });

  test('with limit 0 count only', async () => {
    const query = buildInvocationQuery({ limit: 0, functionName: 'fn-1' });
    expect(await store.reader.page(query, deadline)).toEqual(answerFrom(records, query));
  });

  test('of a function that is not there are empty', async () => {
    const query = buildInvocationQuery({ functionName: "no' OR 1=1 --" });
    expect(await store.reader.page(query, deadline)).toEqual({ total: 0, invocations: [] });
  });
});

function questions() {
  return fc.record(
    {
      namespace: fc.constantFrom('default', 'other', 'none'),
      functionName: fc.constantFrom('fn-0', 'fn-1', 'fn-4', 'none'),
      qualifier: fc.constantFrom('1', '$LATEST'),
      requestId: fc.integer({ min: 0, max: 720 }).map((id) => `id-${id}`),
      status: fc.constantFrom(...invocationStatuses),
      sinceUs: fc.integer({ min: -1, max: 102 }).map((ms) => BEGIN_US + ms * 1_000),
      untilUs: fc.integer({ min: -1, max: 102 }).map((ms) => BEGIN_US + ms * 1_000),
      orderBy: fc.constantFrom(...orderFields),
      order: fc.constantFrom(...orderDirections),
      limit: fc.constantFrom(0, 1, 7, 20, 1_000, 10_000),
      offset: fc.constantFrom(0, 1, 19, 500, 5_000),
    },
    { requiredKeys: [] },
  );
}
