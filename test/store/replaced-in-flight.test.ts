// Questions that are under way while records take the place of others: each sees every run once.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildInvocationQuery } from '../../src/domain/invocation-query.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const RUNS = 20_000;
const ENDED_AT_ONCE = 500;
const ASKERS = 3;
const FROM_US = Date.UTC(2026, 0, 1) * 1000;
const deadlineMs = 60_000;

const started = Array.from({ length: RUNS }, (_, at) =>
  buildInvocation({
    functionName: `f-${at % 7}`,
    requestId: `r-${at}`,
    startTimeUs: FROM_US + at * 1_000,
    retCode: 2,
    invokeFinished: false,
    log: `line ${at} ${'x'.repeat(200)}`,
  }),
);

let store: TemporaryStore;

beforeAll(async () => {
  store = await openTemporaryStore();
  for (let at = 0; at < RUNS; at += 10_000) {
    await store.writer.write(started.slice(at, at + 10_000));
  }
});
afterAll(() => store.remove());

test('every total and every figure is about all runs, whichever end meanwhile', async () => {
  const questions: readonly (() => Promise<number | undefined>)[] = [
    async () => {
      const query = { namespace: 'default', groupBy: [], stepSeconds: 3_600 } as const;
      return (await store.statistics.statistics(query, { deadlineMs })).groups[0]?.runs;
    },
    async () => {
      const query = buildInvocationQuery({ contains: 'line', limit: 0 });
      return (await store.reader.page(query, { deadlineMs })).total;
    },
    async () => {
      const query = buildInvocationQuery({ cold: false, limit: 0 });
      return (await store.reader.page(query, { deadlineMs })).total;
    },
  ];
  let isWriting = true;
  const answers: (number | undefined)[] = [];
  const asking = Array.from({ length: ASKERS }, async (_, asker) => {
    while (isWriting) {
      answers.push(await questions[asker % questions.length]?.());
      // A total that is known at once would leave the writer no turn.
      await nextTurn();
    }
  });
  for (let at = 0; at < RUNS; at += ENDED_AT_ONCE) {
    const ended = started
      .slice(at, at + ENDED_AT_ONCE)
      .map((run) => ({ ...run, retCode: 0, invokeFinished: true, durationUs: 5 }));
    await store.writer.write(ended);
  }
  isWriting = false;
  await Promise.all(asking);
  expect(answers.length).toBeGreaterThan(ASKERS);
  expect([...new Set(answers)]).toEqual([RUNS]);
});
