// Statistics of the embedded store against a naive computation over the same records.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildInvocationQuery, invocationStatuses } from '../../src/domain/invocation-query.ts';
import type { LostRule } from '../../src/domain/lost-run.ts';
import {
  type StatisticsEntry,
  type StatisticsQuery,
  statisticsGroups,
} from '../../src/domain/statistics.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { drawInvocations } from '../support/draw-invocations.ts';
import { asGiven, optional } from '../support/draw-questions.ts';
import { ModelStore } from '../support/model-store.ts';
import { naiveStatistics } from '../support/naive-statistics.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const FROM_US = Date.UTC(2026, 0, 1) * 1000;
const DAY_US = 86_400_000_000;
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
  for (let seed = 1; seed <= 4; seed++) {
    const drawn = drawInvocations({ count: 300, seed, fromUs: FROM_US }).map((record, index) => ({
      ...record,
      requestId: `${seed}-${record.requestId}`,
      memoryLimitBytes: index % 4 === 0 ? 0 : 2 ** (25 + (index % 3)),
      initDurationUs: index % 9 === 0 ? index : null,
    }));
    // Some again with another content: they take the place of earlier ones.
    const again = drawn
      .slice(0, 40)
      .map((record) => ({ ...record, invokeFinished: true, retCode: 1, durationUs: 77 }));
    for (const batch of [drawn, again]) {
      await store.writer.write(batch);
      model.write(batch);
      marks.push(model.mark);
    }
    if (seed === 2) {
      await store.admin.settle();
    }
  }
});
afterAll(() => store.remove());

const timeUs = fc.option(fc.integer({ min: FROM_US, max: FROM_US + 2 * DAY_US }), {
  nil: undefined,
});
const question = fc.record({
  namespace: fc.constantFrom('default', 'prod', 'nobody'),
  functionName: optional('alpha', '函数'),
  qualifier: optional('$LATEST', '3'),
  status: optional(...invocationStatuses),
  sinceUs: timeUs,
  untilUs: timeUs,
  asOf: fc.option(fc.nat({ max: 7 }), { nil: undefined }),
  groupBy: fc.subarray([...statisticsGroups]),
  percentiles: optional(true, false),
  stepSeconds: fc.constantFrom(3_600, 86_400, 10_000),
});

const ids = drawInvocations({ count: 3, seed: 1, fromUs: FROM_US }).map(
  ({ requestId }) => `1-${requestId}`,
);
const narrowing = fc.record({
  requestId: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, fc.constantFrom(...ids)),
  search: optional('line', '"line 3"'),
  contains: optional('line 2 of', 'nowhere'),
  regex: optional('line [12] of'),
  cold: optional(true, false),
  slowerThan: optional<NonNullable<StatisticsQuery['slowerThan']>>({ us: 1_000 }, { times: 1.5 }),
});

describe('statistics', () => {
  test('are those of a naive computation, by any group, filter and mark', async () => {
    await fc.assert(
      fc.asyncProperty(question, async (drawn) => {
        const asOf = drawn.asOf === undefined ? undefined : marks[drawn.asOf];
        const query = asGiven<StatisticsQuery>({ ...drawn, asOf });
        const answer = await store.statistics.statistics(query, { deadlineMs, lostRule });
        const { groupBy: _, stepSeconds: _step, percentiles: _wanted, ...filter } = query;
        const matching = model.page(
          buildInvocationQuery({ ...filter, limit: 10_000 }),
          lostRule,
        ).invocations;
        expect(answer.asOf).toBe(asOf ?? model.mark);
        const expected = naiveStatistics(matching, query, lostRule);
        expect(answer.groups.map(withoutSums)).toEqual(expected.map(withoutSums));
        for (const [index, { billedGbSeconds, duration }] of expected.entries()) {
          expect(answer.groups[index]?.billedGbSeconds).toBeCloseTo(billedGbSeconds, 9);
          expect(answer.groups[index]?.duration?.meanUs ?? 0).toBeCloseTo(duration?.meanUs ?? 0, 6);
        }
      }),
      { numRuns: Number(process.env['FNLOG_FUZZ_RUNS'] ?? 60) },
    );
  });

  test('are those of the records that a page has, whatever narrows both down', async () => {
    await fc.assert(
      fc.asyncProperty(question, narrowing, async (drawn, narrowed) => {
        const query = asGiven<StatisticsQuery>({ ...drawn, ...narrowed, asOf: undefined });
        const { groupBy: _, stepSeconds: _step, percentiles: _wanted, ...filter } = query;
        const options = { deadlineMs, lostRule };
        const page = await store.reader.page(
          buildInvocationQuery({ ...filter, limit: 10_000 }),
          options,
        );
        const answer = await store.statistics.statistics(query, options);
        const expected = naiveStatistics(page.invocations, query, lostRule);
        expect(answer.groups.map(withoutSums)).toEqual(expected.map(withoutSums));
      }),
      { numRuns: Number(process.env['FNLOG_FUZZ_RUNS'] ?? 60) },
    );
  });

  test('of more groups than an answer may have are refused', async () => {
    const many = Array.from({ length: 10_001 }, (_, index) =>
      buildInvocation({ namespace: 'many', startTimeUs: FROM_US + index * 1_000_000 }),
    );
    await store.writer.write(many);
    const query = { namespace: 'many', groupBy: ['time'], stepSeconds: 1 } as const;
    await expect(store.statistics.statistics(query, { deadlineMs })).rejects.toMatchObject({
      code: 'page_too_large',
      message: expect.stringContaining('10000 groups; name a function'),
    });
    const untilUs = FROM_US + 10_000 * 1_000_000;
    const { groups } = await store.statistics.statistics({ ...query, untilUs }, { deadlineMs });
    expect(groups).toHaveLength(10_000);
  });
});

/** Sums of many fractions differ in their last digits by the order of adding. */
function withoutSums({ billedGbSeconds: _, duration, ...exact }: StatisticsEntry) {
  const { meanUs: _mean, ...quantiles } = duration ?? { meanUs: 0 };
  return { ...exact, quantiles };
}
