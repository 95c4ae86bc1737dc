// Pages of one request id, against a naive computation: few records take a way of their own.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  buildInvocationQuery,
  type InvocationQuery,
  orderDirections,
  orderFields,
} from '../../src/domain/invocation-query.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { ModelStore } from '../support/model-store.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const START_US = Date.UTC(2026, 0, 1) * 1000;
const deadlineMs = 60_000;

/** Ties in every order, names that sort by bytes and not by language, one start for all. */
function recordsOf(requestId: string, count: number) {
  const names = ['Zoo', 'a', 'é', '函数'];
  return Array.from({ length: count }, (_, retryNum) =>
    buildInvocation({
      requestId,
      retryNum,
      functionName: names[retryNum % names.length] ?? '',
      qualifier: retryNum % 2 === 0 ? '$LATEST' : '1',
      startTimeUs: START_US + (retryNum % 5),
      durationUs: (retryNum * 7) % 3,
      memUsageBytes: (retryNum * 5) % 4,
      retCode: retryNum % 3 === 0 ? 1 : 0,
    }),
  );
}

describe.each([20, 21])('of a request with %d records', (count) => {
  const model = new ModelStore();
  let store: TemporaryStore;
  let markBefore: number;

  beforeAll(async () => {
    store = await openTemporaryStore();
    const batches = [recordsOf('r', Math.ceil(count / 2)), recordsOf('r', count)];
    batches[1]?.push(...recordsOf('other', 3));
    for (const batch of batches) {
      await store.writer.write(batch);
      model.write(batch);
    }
    markBefore = model.mark;
    // The last one again, with another end.
    const again = recordsOf('r', count)
      .slice(-1)
      .map((record) => ({ ...record, durationUs: 99 }));
    await store.writer.write(again);
    model.write(again);
  });
  afterAll(() => store.remove());

  const pages = orderFields.flatMap((orderBy) =>
    orderDirections.flatMap((order) =>
      [0, 1, 15].map((offset) => ({ orderBy, order, offset, limit: 10 })),
    ),
  );

  const filters: Partial<InvocationQuery>[] = [
    {},
    { functionName: 'é' },
    { status: 'failed' },
    { qualifier: '1', sinceUs: START_US + 1, untilUs: START_US + 3 },
    { limit: 0 },
    { requestId: 'nobody' },
  ];

  test.each(filters)('every order and page, with %o', async (filter) => {
    for (const asOf of [undefined, markBefore]) {
      for (const page of pages) {
        const query = buildInvocationQuery({
          requestId: 'r',
          ...page,
          ...filter,
          ...(asOf === undefined ? {} : { asOf }),
        });
        expect(await store.reader.page(query, { deadlineMs })).toEqual(model.page(query));
      }
    }
  });
});
