// Concurrency and distributions of the embedded store against a naive computation.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildInvocationQuery } from '../../src/domain/invocation-query.ts';
import type { LostRule } from '../../src/domain/lost-run.ts';
import {
  bucketBounds,
  type DistributionQuery,
  distributionFields,
  usualStepSeconds,
} from '../../src/domain/run-charts.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { drawInvocations } from '../support/draw-invocations.ts';
import { asGiven, optional } from '../support/draw-questions.ts';
import { ModelStore } from '../support/model-store.ts';
import { naiveConcurrency, naiveDistribution } from '../support/naive-charts.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const FROM_US = Date.UTC(2026, 0, 1) * 1000;
const HOUR_US = 3_600_000_000;
const deadlineMs = 60_000;
const lostRule: LostRule = {
  nowMs: (FROM_US + 30 * HOUR_US) / 1000,
  graceMs: 60_000,
  timeLimitMs: 3_600_000,
};
const runOptions = { deadlineMs, lostRule };

const model = new ModelStore();
const marks: number[] = [];
let store: TemporaryStore;

beforeAll(async () => {
  store = await openTemporaryStore();
  for (let seed = 1; seed <= 3; seed++) {
    const drawn = drawInvocations({ count: 300, seed, fromUs: FROM_US }).map((record, index) => ({
      ...record,
      requestId: `${seed}-${record.requestId}`,
      // From none over a moment to hours, so that runs lie within each other and over all bounds.
      durationUs: index % 7 === 0 ? 0 : Math.floor(record.durationUs * (1 + (index % 11) ** 5)),
      timeLimitMs: index % 3 === 0 ? 0 : index * 10_000,
    }));
    const again = drawn
      .slice(0, 40)
      .map((record) => ({ ...record, invokeFinished: true, retCode: 1, durationUs: 2 ** 40 - 1 }));
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

const question = fc
  .record({
    namespace: fc.constantFrom('default', 'prod', 'nobody'),
    functionName: optional('alpha', '函数'),
    qualifier: optional('$LATEST', '3'),
    asOf: fc.option(fc.nat({ max: 5 }), { nil: undefined }),
    sinceUs: fc.integer({ min: FROM_US - HOUR_US, max: FROM_US + 50 * HOUR_US }),
    windowUs: fc.integer({ min: 1, max: 20 * HOUR_US }),
    stepSeconds: fc.constantFrom(60, 3_600, 10_000, 86_400),
    of: fc.constantFrom(...distributionFields),
  })
  .map(({ windowUs, asOf, ...drawn }) =>
    asGiven<DistributionQuery>({
      ...drawn,
      untilUs: drawn.sinceUs + windowUs,
      asOf: asOf === undefined ? undefined : (marks[asOf] ?? 0),
    }),
  );

function matching({ stepSeconds: _, of: _of, ...filter }: { stepSeconds: number; of?: unknown }) {
  const query = buildInvocationQuery({ ...filter, limit: 10_000 });
  return model.page(query, lostRule).invocations;
}

const numRuns = Number(process.env['FNLOG_FUZZ_RUNS'] ?? 60);

describe('concurrency', () => {
  test('is that of a naive computation, in any window and at any mark', async () => {
    await fc.assert(
      fc.asyncProperty(question, async ({ of: _, ...query }) => {
        const { asOf, points, ...answer } = await store.statistics.concurrency(query, runOptions);
        const { sinceUs: _since, ...begun } = query;
        const expected = naiveConcurrency(matching(begun), query, lostRule);
        expect(asOf).toBe(query.asOf ?? model.mark);
        const { points: expectedPoints, ...rest } = expected;
        expect(answer).toEqual(rest);
        expect(points.map(({ timeUs, max }) => [timeUs, max])).toEqual(
          expectedPoints.map(({ timeUs, max }) => [timeUs, max]),
        );
        for (const [index, { mean }] of expectedPoints.entries()) {
          expect(points[index]?.mean).toBeCloseTo(mean, 9);
        }
      }),
      { numRuns },
    );
  });

  test('of a window of nothing but its slices', async () => {
    const window = { namespace: 'nobody', sinceUs: FROM_US + 1, untilUs: FROM_US + 90_000_000 };
    const answer = await store.statistics.concurrency({ ...window, stepSeconds: 60 }, runOptions);
    expect(answer).toEqual({
      ...{ max: 0, maxAtUs: FROM_US + 1, runs: 0, asOf: model.mark },
      points: [
        { timeUs: FROM_US, max: 0, mean: 0 },
        { timeUs: FROM_US + 60_000_000, max: 0, mean: 0 },
      ],
    });
  });

  test('in more slices than an answer may have is refused before it is read', async () => {
    const window = { namespace: 'default', sinceUs: FROM_US, untilUs: FROM_US + 10_001_000_000 };
    await expect(
      store.statistics.concurrency({ ...window, stepSeconds: 1 }, runOptions),
    ).rejects.toMatchObject({
      code: 'page_too_large',
      message: expect.stringContaining('10001 slices of 1 seconds; at most 10000'),
    });
  });
});

describe('distributions', () => {
  test('are those of a naive computation, in any window and at any mark', async () => {
    await fc.assert(
      fc.asyncProperty(question, async (query) => {
        const { cells, asOf } = await store.statistics.distribution(query, runOptions);
        expect(asOf).toBe(query.asOf ?? model.mark);
        expect(
          cells.map(({ bucket, timeUs, count }) => ({ timeUs, ...bucketBounds(bucket), count })),
        ).toEqual(naiveDistribution(matching(query), query));
      }),
      { numRuns },
    );
  });

  test('put values at and beside powers of two where they belong', async () => {
    const powers = Array.from({ length: 52 }, (_, exponent) => 2 ** exponent);
    const values = [0, ...powers.flatMap((power) => [power - 1, power, power + 1])];
    const records = values.map((durationUs, index) =>
      buildInvocation({
        ...{ namespace: 'powers', requestId: `power-${index}`, durationUs },
        startTimeUs: FROM_US,
      }),
    );
    await store.writer.write(records);
    const window = { sinceUs: FROM_US, untilUs: FROM_US + 1 };
    const query = { namespace: 'powers', ...window, stepSeconds: 1, of: 'duration' } as const;
    const { cells } = await store.statistics.distribution(query, runOptions);
    expect(
      cells.map(({ bucket, timeUs, count }) => ({ timeUs, ...bucketBounds(bucket), count })),
    ).toEqual(naiveDistribution(records, query));
  });
});

test.each([
  { windowSeconds: 1, step: 1 },
  { windowSeconds: 3_600, step: 30 },
  { windowSeconds: 86_400, step: 900 },
  { windowSeconds: 14 * 86_400, step: 10_800 },
  { windowSeconds: 4_000_000_000, step: 364 * 86_400 },
])('a window of $windowSeconds s has slices of $step s', ({ windowSeconds, step }) => {
  expect(usualStepSeconds(FROM_US, FROM_US + windowSeconds * 1_000_000)).toBe(step);
});
