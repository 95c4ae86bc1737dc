// Ranks, slow runs and cold starts against a naive computation.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Invocation } from '../../src/domain/invocation.ts';
import {
  buildInvocationQuery,
  type InvocationQuery,
  orderDirections,
  orderFields,
} from '../../src/domain/invocation-query.ts';
import { drawInvocations } from '../support/draw-invocations.ts';
import { asGiven, optional } from '../support/draw-questions.ts';
import { ModelStore } from '../support/model-store.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const FROM_US = Date.UTC(2026, 0, 1) * 1000;
const deadlineMs = 60_000;
const model = new ModelStore();
const marks: number[] = [];
let store: TemporaryStore;

beforeAll(async () => {
  store = await openTemporaryStore();
  for (const seed of [1, 2, 3]) {
    const batch = drawInvocations({ count: 250, seed, fromUs: FROM_US }).map((record, index) => ({
      ...record,
      initDurationUs: index % 7 === 0 ? 5 : null,
      durationUs: record.durationUs * seed,
    }));
    await store.writer.write(batch);
    model.write(batch);
    marks.push(model.mark);
    if (seed === 2) {
      await store.admin.settle();
    }
  }
});
afterAll(() => store.remove());

/** By function: durations of runs that have ended, sorted. */
function durationsAt(asOf: number, namespace: string): Map<string, number[]> {
  const durations = new Map<string, number[]>();
  for (const record of model.visible(asOf)) {
    if (record.namespace === namespace && record.retCode !== 2) {
      const ofFunction = durations.get(record.functionName) ?? [];
      durations.set(record.functionName, [...ofFunction, record.durationUs]);
    }
  }
  for (const ofFunction of durations.values()) {
    ofFunction.sort((one, other) => one - other);
  }
  return durations;
}

function medianOf(durations: readonly number[]): number {
  return durations[Math.floor(durations.length / 2)] ?? Number.POSITIVE_INFINITY;
}

const question = fc.record({
  namespace: fc.constantFrom('default', 'prod'),
  functionName: optional('alpha', '函数', 'nobody'),
  status: optional('ok' as const, 'failed' as const),
  cold: optional(true, false),
  slowerThan: optional<NonNullable<InvocationQuery['slowerThan']>>(
    { us: 0 },
    { us: 100_000 },
    { times: 1 },
    { times: 1.5 },
    { times: 3 },
  ),
  orderBy: fc.constantFrom(...orderFields),
  order: fc.constantFrom(...orderDirections),
  asOf: fc.constantFrom(0, 1, 2).map((index) => () => marks[index] ?? 0),
  offset: fc.constantFrom(0, 5),
});

describe('slow runs, cold starts and ranks', () => {
  test('are those of a naive computation, in every order and at every mark', async () => {
    await fc.assert(
      fc.asyncProperty(question, async ({ asOf: markOf, ...drawn }) => {
        const asOf = markOf();
        const { cold, slowerThan, ...plain } = asGiven<Partial<InvocationQuery>>({
          ...drawn,
          asOf,
        });
        const durations = durationsAt(asOf, drawn.namespace);
        const limitOf = ({ functionName }: Invocation) =>
          slowerThan === undefined
            ? -1
            : 'us' in slowerThan
              ? slowerThan.us
              : Math.floor(medianOf(durations.get(functionName) ?? []) * slowerThan.times);
        const whole = buildInvocationQuery({ ...plain, offset: 0, limit: 10_000 });
        const matching = model
          .page(whole)
          .invocations.filter(
            (record) =>
              (cold === undefined || cold === (record.initDurationUs !== null)) &&
              record.durationUs > limitOf(record),
          );
        const query = buildInvocationQuery({
          ...plain,
          ...(cold === undefined ? {} : { cold }),
          ...(slowerThan === undefined ? {} : { slowerThan }),
          limit: 30,
        });
        const page = await store.reader.page(query, { deadlineMs, withRank: true });
        expect(page.total).toBe(matching.length);
        const shown = matching.slice(query.offset, query.offset + 30);
        expect(page.invocations.map(({ requestId }) => requestId)).toEqual(
          shown.map(({ requestId }) => requestId),
        );
        for (const { rank, functionName, durationUs, retCode } of page.invocations) {
          const all = durations.get(functionName) ?? [];
          const atMost = all.filter((one) => one <= durationUs).length;
          expect(rank).toEqual(
            retCode === 2
              ? undefined
              : {
                  percentile: (100 * atMost) / all.length,
                  among: all.length,
                  medianUs: medianOf(all),
                },
          );
        }
      }),
      { numRuns: Number(process.env['FNLOG_FUZZ_RUNS'] ?? 60) },
    );
  });
});
