// What is kept in memory of slices of time, while records of the same slices come in, take the place of
// others and move: asked again and again, at any mark, it is what a naive computation finds.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Invocation } from '../../src/domain/invocation.ts';
import { buildInvocationQuery } from '../../src/domain/invocation-query.ts';
import type { LostRule } from '../../src/domain/lost-run.ts';
import type { StatisticsQuery } from '../../src/domain/statistics.ts';
import { drawInvocations } from '../support/draw-invocations.ts';
import { asGiven, optional } from '../support/draw-questions.ts';
import { ModelStore } from '../support/model-store.ts';
import { naiveConcurrency } from '../support/naive-charts.ts';
import { naiveStatistics } from '../support/naive-statistics.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const FROM_US = Date.UTC(2026, 0, 1) * 1000;
const MINUTE_US = 60_000_000;
const WINDOW_US = 2 * 86_400_000_000;
const deadlineMs = 60_000;
const lostRule: LostRule = {
  nowMs: FROM_US / 1000 + 86_400_000,
  graceMs: 60_000,
  timeLimitMs: 3_600_000,
};

const model = new ModelStore();
const marks: number[] = [];
let store: TemporaryStore;

beforeAll(async () => {
  store = await openTemporaryStore();
});
afterAll(() => store.remove());

const question = fc.record({
  namespace: fc.constantFrom('default', 'prod'),
  functionName: optional('alpha', '函数'),
  qualifier: optional('$LATEST', '3'),
  status: optional('ok' as const, 'failed' as const),
  asOf: fc.option(fc.nat({ max: 20 }), { nil: undefined }),
  sinceUs: fc.integer({ min: 0, max: WINDOW_US }).map((us) => FROM_US + us),
  windowUs: fc.integer({ min: 1, max: WINDOW_US }),
  groupBy: fc.subarray(['functionName', 'qualifier', 'time'] as const),
  percentiles: fc.boolean(),
  stepSeconds: fc.constantFrom(900, 3_600, 86_400),
});
type Drawn = typeof question extends fc.Arbitrary<infer Value> ? Value : never;

/** In every second round also some of the round before, finished otherwise and a little earlier or later. */
function written(round: number): Invocation[] {
  const fresh = drawnIn(round);
  return round % 2 === 1
    ? fresh
    : [
        ...fresh,
        ...drawnIn(round - 1)
          .filter((_, index) => index % 3 === 0)
          .map(movedRun),
      ];
}

function drawnIn(round: number): Invocation[] {
  return drawInvocations({ count: 90, seed: round, fromUs: FROM_US }).map((record) => ({
    ...record,
    requestId: `${round}-${record.requestId}`,
  }));
}

function movedRun(record: Invocation, index: number): Invocation {
  const startTimeUs = record.startTimeUs + ((index % 5) - 2) * 14 * MINUTE_US;
  return { ...record, startTimeUs, invokeFinished: true, retCode: 1 };
}

async function assertAnswers(
  { windowUs, asOf: nth, ...drawn }: Drawn,
  asked: TemporaryStore,
): Promise<void> {
  const asOf = nth === undefined ? undefined : marks[nth % marks.length];
  const untilUs = drawn.sinceUs + windowUs;
  const query = asGiven<StatisticsQuery>({ ...drawn, untilUs, asOf });
  const { groupBy: _, stepSeconds: _step, percentiles: _wanted, ...filter } = query;
  const matching = model.page(buildInvocationQuery({ ...filter, limit: 10_000 }), lostRule);
  const { groups } = await asked.statistics.statistics(query, { deadlineMs, lostRule });
  const expected = naiveStatistics(matching.invocations, query, lostRule);
  expect(groups.map(withoutSums)).toEqual(expected.map(withoutSums));

  const { status: _status, ...window } = filter;
  const failed = buildInvocationQuery({ ...window, status: 'failed', limit: 10_000 });
  const errors = await asked.errors.errors(
    asGiven({
      ...{ ...window, namespace: drawn.namespace, sinceUs: drawn.sinceUs, untilUs },
      ...{ orderBy: 'lastSeen', order: 'desc', limit: 1_000, offset: 0 },
    }),
    { deadlineMs },
  );
  const { invocations } = model.page(failed, lostRule);
  expect(errors.runs).toBe(invocations.length);
  expect(errors.errors.map(({ lastSeenUs }) => lastSeenUs)[0]).toBe(
    invocations.length === 0
      ? undefined
      : Math.max(...invocations.map(({ startTimeUs }) => startTimeUs)),
  );
  expect(errors.errors.reduce((sum, { trend }) => sum + trend.reduce((a, b) => a + b, 0), 0)).toBe(
    invocations.length,
  );
}

/** Of a function whose runs have all ended. */
async function assertConcurrency(
  { windowUs, sinceUs, stepSeconds }: Drawn,
  asked: TemporaryStore,
): Promise<void> {
  const about = { namespace: 'ended', functionName: 'alpha' };
  const query = { ...about, sinceUs, untilUs: sinceUs + windowUs, stepSeconds };
  const { invocations } = model.page(buildInvocationQuery({ ...about, limit: 10_000 }), lostRule);
  const {
    asOf: _,
    points,
    ...answer
  } = await asked.statistics.concurrency(query, {
    deadlineMs,
    lostRule,
  });
  const expected = naiveConcurrency(invocations, query, lostRule);
  expect({ ...answer, points: points.map(({ timeUs, max }) => ({ timeUs, max })) }).toEqual({
    ...expected,
    points: expected.points.map(({ timeUs, max }) => ({ timeUs, max })),
  });
  for (const [index, { mean }] of points.entries()) {
    expect(mean).toBeCloseTo(expected.points[index]?.mean ?? Number.NaN, 6);
  }
}

function withoutSums({
  billedGbSeconds: _,
  duration,
  ...group
}: ReturnType<typeof naiveStatistics>[number]) {
  const { meanUs: _mean, ...quantiles } = duration ?? { meanUs: 0 };
  return { ...group, quantiles };
}

describe('figures and errors that are kept', () => {
  test('follow what is written, and stay what they were at earlier marks', async () => {
    for (let round = 1; round <= 8; round++) {
      const batch = written(round);
      const outcomes = await store.writer.write(batch);
      expect(outcomes.filter((outcome) => outcome === 'replaced').length > 20).toBe(
        round % 2 === 0,
      );
      model.write(batch);
      marks.push(model.mark);
      if (round === 5) {
        store = await store.reopen();
      }
      await fc.assert(
        fc.asyncProperty(question, async (drawn) => {
          await assertAnswers(drawn, store);
          await assertConcurrency(drawn, store);
        }),
        {
          numRuns: Math.ceil(Number(process.env['FNLOG_FUZZ_RUNS'] ?? 100) / 8),
          endOnFailure: true,
        },
      );
    }
  });
});
