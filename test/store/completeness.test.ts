// How complete the records of a function are, from memory and by reading, against a naive count.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Completeness, CompletenessScope } from '../../src/domain/completeness.ts';
import { buildInvocationQuery } from '../../src/domain/invocation-query.ts';
import { isLost, type LostRule } from '../../src/domain/lost-run.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { drawInvocations } from '../support/draw-invocations.ts';
import { asGiven } from '../support/draw-questions.ts';
import { ModelStore } from '../support/model-store.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const FROM_US = Date.UTC(2026, 0, 1) * 1000;
const HOUR_US = 3_600_000_000;
const lostRule: LostRule = {
  nowMs: (FROM_US + 30 * HOUR_US) / 1000,
  graceMs: 60_000,
  timeLimitMs: 3_600_000,
};
const options = { deadlineMs: 60_000, lostRule, withCompleteness: true };

const model = new ModelStore();
const clock = { nowMs: FROM_US / 1000, now: () => clock.nowMs };
const marks: number[] = [];
let store: TemporaryStore;

beforeAll(async () => {
  store = await openTemporaryStore({ clock });
  for (let seed = 1; seed <= 4; seed++) {
    const drawn = drawInvocations({ count: 300, seed, fromUs: FROM_US }).map((record, index) => ({
      ...record,
      requestId: `${seed}-${record.requestId}`,
      logCutBytes: index % 5 === 0 ? 3 : 0,
    }));
    const again = drawn.slice(0, 60).map((record) => ({
      ...record,
      ...{ invokeFinished: true, retCode: 1, logCutBytes: 0 },
      // Within the hour that tells one run from another, so the newest one may go out of sight.
      startTimeUs: record.startTimeUs - 1,
    }));
    for (const batch of [drawn, again]) {
      clock.nowMs += 6 * 3_600_000;
      await store.writer.write(batch);
      model.write(batch, clock.nowMs);
      marks.push(model.mark);
    }
    if (seed === 2) {
      store = await store.reopen();
      await store.admin.settle();
    }
  }
});
afterAll(() => store.remove());

function naive(
  { namespace, functionName, sinceUs, untilUs }: CompletenessScope,
  asOf: number,
): Omit<Completeness, 'duplicates' | 'rejected'> {
  const stored = model
    .stored(asOf)
    .filter(
      ({ record }) =>
        record.namespace === namespace &&
        (functionName ?? record.functionName) === record.functionName &&
        record.startTimeUs >= (sinceUs ?? 0) &&
        record.startTimeUs < (untilUs ?? Number.POSITIVE_INFINITY),
    );
  const unfinished = stored.filter(({ record }) => record.retCode === 2);
  const lost = unfinished.filter(({ record }) => isLost(record, lostRule)).length;
  const late = stored.filter(
    ({ record: { startTimeUs, durationUs }, ingestTimeMs }) =>
      ingestTimeMs * 1000 - startTimeUs - durationUs > 300_000_000,
  );
  return {
    runs: stored.length,
    newestUs:
      stored.length === 0 ? undefined : Math.max(...stored.map(({ record }) => record.startTimeUs)),
    late: late.length,
    cut: stored.filter(({ record }) => record.logCutBytes > 0).length,
    replaced: stored.filter(({ replaced }) => replaced).length,
    running: unfinished.length - lost,
    lost,
  };
}

const time = fc.option(fc.integer({ min: FROM_US - HOUR_US, max: FROM_US + 50 * HOUR_US }), {
  nil: undefined,
});
const question = fc.record({
  namespace: fc.constantFrom('default', 'prod', 'nobody'),
  functionName: fc.option(fc.constantFrom('alpha', '函数'), { nil: undefined }),
  sinceUs: time,
  untilUs: time,
  asOf: fc.option(fc.nat({ max: 7 }), { nil: undefined }),
});

test('is that of a naive count, in any window and at any mark', async () => {
  await fc.assert(
    fc.asyncProperty(question, async ({ asOf: at, ...drawn }) => {
      const asOf = at === undefined ? model.mark : (marks[at] ?? 0);
      const scope = asGiven<CompletenessScope>(drawn);
      const query = buildInvocationQuery({
        ...(scope as object),
        limit: 0,
        ...(at === undefined ? {} : { asOf }),
      });
      const { completeness } = await store.reader.page(query, options);
      const { duplicates: _, rejected: _rejected, ...stored } = completeness ?? {};
      expect(stored).toEqual(naive(scope, asOf));
    }),
    { numRuns: Number(process.env['FNLOG_FUZZ_RUNS'] ?? 80) },
  );
});

test('counts what was sent again or rejected, over a restart', async () => {
  const at = { namespace: 'sent', functionName: 'f', startTimeUs: FROM_US };
  const record = buildInvocation(at);
  const other = buildInvocation({ ...at, functionName: 'g' });
  await store.writer.write([record, other]);
  await store.writer.write([record, record, other]);
  store.noteUnstored({ ...at, kind: 'rejected' });
  store.noteUnstored({ ...at, startTimeUs: FROM_US + HOUR_US, kind: 'rejected' });
  const expectCounts = async () => {
    const countsOf = async (scope: { functionName?: string; untilUs?: number }) => {
      const query = buildInvocationQuery({ namespace: 'sent', limit: 0, ...scope });
      const { completeness } = await store.reader.page(query, options);
      return [completeness?.duplicates, completeness?.rejected];
    };
    expect(await countsOf({ functionName: 'f' })).toEqual([2, 2]);
    expect(await countsOf({ functionName: 'g' })).toEqual([1, 0]);
    expect(await countsOf({})).toEqual([3, 2]);
    expect(await countsOf({ untilUs: FROM_US + HOUR_US })).toEqual([3, 1]);
  };
  await expectCounts();
  store = await store.reopen();
  await expectCounts();
});
