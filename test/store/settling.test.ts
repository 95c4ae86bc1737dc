// Records are read from the table until the projections have them: at no moment may one be missing
// or be there twice.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Invocation } from '../../src/domain/invocation.ts';
import {
  buildInvocationQuery,
  type InvocationQuery,
  orderDirections,
  orderFields,
} from '../../src/domain/invocation-query.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { answerFrom } from '../support/model-store.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const DEADLINE_MS = 30_000;

describe('records of which some are in the projections', () => {
  let store: TemporaryStore;
  const records: Invocation[] = [];
  beforeAll(async () => {
    store = await openTemporaryStore();
  });
  afterAll(() => store.remove());

  const put = async (count: number) => {
    const fresh = Array.from({ length: count }, (_, index) =>
      buildInvocation({
        functionName: `fn${index % 3}`,
        durationUs: (index * 7919) % 1_000,
        memUsageBytes: (index * 31) % 50,
        retCode: index % 5 === 0 ? 1 : 0,
      }),
    );
    await store.writer.write(fresh);
    records.push(...fresh);
  };

  const questions = (): Partial<InvocationQuery>[] => [
    {},
    { functionName: 'fn1' },
    { status: 'failed' },
    { requestId: records.at(-1)?.requestId ?? '' },
    { requestId: records[0]?.requestId ?? '' },
  ];

  const expectAllAnswers = async () => {
    for (const question of questions()) {
      for (const orderBy of orderFields) {
        for (const order of orderDirections) {
          for (const offset of [0, 37]) {
            const query = buildInvocationQuery({ ...question, orderBy, order, offset, limit: 25 });
            const page = await store.reader.page(query, { deadlineMs: DEADLINE_MS });
            expect(page).toMatchObject(answerFrom(records, query));
          }
        }
      }
    }
  };

  test('answer alike before, between and after', async () => {
    await put(60);
    await expectAllAnswers();
    await store.admin.settle();
    await expectAllAnswers();
    await put(30);
    await put(5);
    await expectAllAnswers();
    // Sent again: known from a part that has its projections, and from one that has not.
    const again = [...records.slice(0, 3), ...records.slice(-3)];
    expect(await store.writer.write(again)).toEqual(again.map(() => 'duplicate'));
    store = await store.reopen();
    expect(await store.writer.write(again)).toEqual(again.map(() => 'duplicate'));
    await expectAllAnswers();
    await store.admin.settle();
    await put(1);
    await expectAllAnswers();
  });

  test('are found as functions, namespaces and runs to join', async () => {
    const at = { deadlineMs: DEADLINE_MS };
    const last = records.at(-1) as Invocation;
    expect(await store.reader.namespacesOfRequest(last.requestId, at)).toEqual([last.namespace]);
    const range = { sinceUs: last.startTimeUs - 1, untilUs: last.startTimeUs + 1 };
    expect(await store.reader.recordsToJoin([last], range, at)).toEqual([last]);
  });
});
