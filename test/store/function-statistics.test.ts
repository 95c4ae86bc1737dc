// Functions with their figures beside those of an earlier window, against a naive computation.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  comparisons,
  type FunctionStatisticsQuery,
  functionOrders,
  SERIES_SLICES_MAX,
} from '../../src/domain/function-statistics.ts';
import { buildInvocationQuery } from '../../src/domain/invocation-query.ts';
import { Gate } from '../../src/query/gate.ts';
import { StatisticsService } from '../../src/query/statistics-service.ts';
import { drawInvocations } from '../support/draw-invocations.ts';
import { ModelStore } from '../support/model-store.ts';
import { naiveStatistics } from '../support/naive-statistics.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const DAY_US = 86_400_000_000;
const FROM_US = Date.UTC(2026, 0, 10) * 1000;
const lostRuns = { graceMs: 1_000, timeLimitMs: 60_000 };
const lostRule = { ...lostRuns, nowMs: FROM_US / 1000 + 3_600_000 };

const model = new ModelStore();
let store: TemporaryStore;
let service: StatisticsService;

beforeAll(async () => {
  store = await openTemporaryStore();
  service = new StatisticsService({
    reader: store.statistics,
    errorReader: store.errors,
    gate: new Gate({ slotCount: 2, waitingMax: 10, deadlineMs: 60_000 }),
    clock: { now: () => lostRule.nowMs },
    lostRuns,
  });
  // This week, the week before, and a function of its own in each.
  for (const [seed, backUs] of [0, 7 * DAY_US, 2 * DAY_US].entries()) {
    const drawn = drawInvocations({ count: 200, seed: seed + 1, fromUs: FROM_US - backUs });
    const batch = drawn.map((record, index) =>
      index % 10 === 0 ? { ...record, functionName: `only-${seed}` } : record,
    );
    await store.writer.write(batch);
    model.write(batch);
  }
});
afterAll(() => store.remove());

const question: FunctionStatisticsQuery = {
  namespace: 'default',
  sinceUs: FROM_US,
  untilUs: FROM_US + 2 * DAY_US,
  compare: 'week',
  orderBy: 'functionName',
  order: 'asc',
  limit: 100,
  offset: 0,
};

function expectedIn(sinceUs: number, untilUs: number) {
  const query = buildInvocationQuery({ sinceUs, untilUs, limit: 10_000 });
  const { invocations } = model.page(query, lostRule);
  const groupBy = ['functionName'] as const;
  const groups = naiveStatistics(invocations, { groupBy, stepSeconds: 1 }, lostRule);
  return { invocations, groups };
}

describe('functions', () => {
  test.each(comparisons)(
    'have their figures and those of the window before: %s',
    async (compare) => {
      const { total, functions } = await service.functions({ ...question, compare });
      const backUs = compare === 'week' ? 7 * DAY_US : 2 * DAY_US;
      const { groups } = expectedIn(question.sinceUs, question.untilUs);
      const before = expectedIn(question.sinceUs - backUs, question.untilUs - backUs).groups;
      expect(total).toBe(groups.length);
      expect(functions.map(({ functionName }) => functionName)).toEqual(
        groups.map(({ functionName }) => functionName),
      );
      for (const [index, { functionName, runs, failed, lost, duration }] of groups.entries()) {
        expect(functions[index]).toMatchObject({
          ...{ runs, failed, lost },
          ...(duration === undefined ? {} : { duration: { p95Us: duration.p95Us } }),
        });
        const earlier = before.find((group) => group.functionName === functionName);
        expect(functions[index]?.previous?.runs).toBe(
          compare === 'none' ? undefined : (earlier?.runs ?? 0),
        );
      }
    },
  );

  test.each([
    ['days', question],
    ['hours', { ...question, untilUs: question.sinceUs + 5 * 3_600_000_000 + 7 }],
    ['minutes', { ...question, sinceUs: question.untilUs - 1_500_000_000 }],
  ])('count their runs by slices of a window of %s', async (_, asked) => {
    const { functions, seriesStepSeconds } = await service.functions(asked);
    const { invocations } = expectedIn(asked.sinceUs, asked.untilUs);
    const sliceUs = seriesStepSeconds * 1_000_000;
    const first = Math.floor(asked.sinceUs / sliceUs);
    const slices = Math.ceil(asked.untilUs / sliceUs) - first;
    expect(slices).toBeLessThanOrEqual(SERIES_SLICES_MAX + 1);
    expect(functions.length).toBeGreaterThan(0);
    for (const { functionName, series } of functions) {
      const runs = new Array<number>(slices).fill(0);
      const failed = new Array<number>(slices).fill(0);
      for (const record of invocations.filter((one) => one.functionName === functionName)) {
        const slice = Math.floor(record.startTimeUs / sliceUs) - first;
        runs[slice] = (runs[slice] ?? 0) + 1;
        failed[slice] = (failed[slice] ?? 0) + ([0, 2].includes(record.retCode) ? 0 : 1);
      }
      expect(series).toEqual({ runs, failed });
    }
  });

  test.each(functionOrders)('come in pages that tile, by %s', async (orderBy) => {
    const ordered = { ...question, orderBy, order: 'desc' as const };
    const whole = await service.functions(ordered);
    const names: string[] = [];
    for (let offset = 0; offset < whole.total; offset += 2) {
      const { functions, total } = await service.functions({ ...ordered, offset, limit: 2 });
      expect(total).toBe(whole.total);
      names.push(...functions.map(({ functionName }) => functionName));
    }
    expect(names).toEqual(whole.functions.map(({ functionName }) => functionName));
    expect(new Set(names).size).toBe(whole.total);
  });

  test('that changed most come first', async () => {
    const { functions } = await service.functions({
      ...question,
      orderBy: 'changed',
      order: 'desc',
    });
    const changes = functions.map(({ changed }) => changed);
    expect(changes).toEqual([...changes].sort((one, other) => other - one));
    // It had no runs the week before.
    expect(functions[0]?.functionName).toBe('only-0');
  });
});
