// Errors by their shape, against a naive computation over the same records.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ErrorQuery, errorOrders } from '../../src/domain/error-groups.ts';
import type { Invocation } from '../../src/domain/invocation.ts';
import { buildInvocationQuery } from '../../src/domain/invocation-query.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const START_US = Date.UTC(2026, 0, 1) * 1000;
const HOUR_US = 3_600_000_000;
const deadlineMs = 60_000;

/** Messages, and the shapes that they have. */
const cases: readonly (readonly [retMsg: string, log: string, shape: string])[] = [
  ['timed out after 3.5 s', '', 'timed out after <n> s'],
  ['timed out after 12 s', '', 'timed out after <n> s'],
  ['user 42 of 12345678 not found', '', 'user <n> of <n> not found'],
  ['{"errorMessage":"no item \'a b\'","errorType":"E"}', '', 'no item <text>'],
  ['{"errorMessage":"no item \\"c\\"\\nat line 3"}', '', 'no item <text>'],
  ['{"other":1}', '', '{<text>:<n>}'],
  ['id 8f14e45f-ceea-467f-a0e6-0c1b2d3e4f5a gone', '', 'id <id> gone'],
  ['commit deadbeef12 at 2026-01-31T12:00:00.5Z', '', 'commit <id> at <time>'],
  ['facade and deadbeef stay, abcdef12 goes', '', 'facade and deadbeef stay, <id> goes'],
  ['connect 10.0.0.7:5432 failed', '', 'connect <address> failed'],
  ['GET https://example.com/a?b=1 was 503', '', 'GET <url> was <n>'],
  ['', 'starting\nTypeError: x1 is null\nat f', 'TypeError: x<n> is null'],
  ['', 'all fine', ''],
  ['  \n', '', ''],
  ['内存不足 128 MB', '', '内存不足 <n> MB'],
  ['x'.repeat(400), '', 'x'.repeat(300)],
];

const records: Invocation[] = [];
let store: TemporaryStore;

beforeAll(async () => {
  store = await openTemporaryStore();
  for (let round = 0; round < 6; round++) {
    const batch = cases.flatMap(([retMsg, log], index) =>
      Array.from({ length: 1 + ((index + round) % 3) }, (_, again) =>
        buildInvocation({
          functionName: `f${(index + again) % 2}`,
          retCode: round === 5 ? 0 : 1,
          retMsg,
          log,
          startTimeUs: START_US + round * HOUR_US + index * 1_000 + again,
        }),
      ),
    );
    await store.writer.write(batch);
    records.push(...batch);
  }
});
afterAll(() => store.remove());

const question: ErrorQuery = {
  namespace: 'default',
  sinceUs: START_US,
  untilUs: START_US + 24 * HOUR_US,
  orderBy: 'count',
  order: 'desc',
  limit: 1_000,
  offset: 0,
};

function shapeOf({ retMsg, log }: Invocation): string {
  return cases.find((one) => one[0] === retMsg && one[1] === log)?.[2] ?? 'unknown';
}

/** By shape: the failed runs that have it, in the order of their start. */
function expectedGroups({ sinceUs, untilUs, functionName }: ErrorQuery): Map<string, Invocation[]> {
  const groups = new Map<string, Invocation[]>();
  const failed = records.filter(
    (record) =>
      record.retCode === 1 &&
      record.startTimeUs >= sinceUs &&
      record.startTimeUs < untilUs &&
      (functionName ?? record.functionName) === record.functionName,
  );
  for (const record of failed.sort((one, other) => one.startTimeUs - other.startTimeUs)) {
    groups.set(shapeOf(record), [...(groups.get(shapeOf(record)) ?? []), record]);
  }
  return groups;
}

function windowOf({ sinceUs, untilUs, functionName }: ErrorQuery) {
  return { sinceUs, untilUs, ...(functionName === undefined ? {} : { functionName }) };
}

describe('errors', () => {
  test.each<Partial<ErrorQuery>>([
    {},
    { functionName: 'f1' },
    { sinceUs: START_US + HOUR_US, untilUs: START_US + 3 * HOUR_US + 5_000 },
    { sinceUs: START_US + HOUR_US + 3_001, untilUs: START_US + 5 * HOUR_US + 5_001 },
    { namespace: 'nobody' },
  ])('are grouped by what stays when names and numbers are taken out: %j', async (given) => {
    const query = { ...question, ...given };
    const page = await store.errors.errors(query, { deadlineMs });
    const groups = given.namespace === undefined ? expectedGroups(query) : new Map();
    expect(new Set(page.errors.map(({ shape }) => shape))).toEqual(new Set(groups.keys()));
    expect(page.total).toBe(groups.size);
    expect(page.runs).toBe([...groups.values()].reduce((sum, { length }) => sum + length, 0));
    const sliceUs = page.trendStepSeconds * 1_000_000;
    const first = Math.floor(query.sinceUs / sliceUs);
    const slices = Math.ceil(query.untilUs / sliceUs) - first;
    for (const error of page.errors) {
      const members: Invocation[] = groups.get(error.shape) ?? [];
      const newest = members.at(-1);
      const trend = new Array<number>(slices).fill(0);
      for (const { startTimeUs } of members) {
        const slice = Math.floor(startTimeUs / sliceUs) - first;
        trend[slice] = (trend[slice] ?? 0) + 1;
      }
      const runs = await store.reader.page(
        buildInvocationQuery({ ...windowOf(query), errorShape: error.shapeId, limit: 1_000 }),
        { deadlineMs },
      );
      expect(runs.total).toBe(members.length);
      expect(new Set(runs.invocations.map(({ requestId }) => requestId))).toEqual(
        new Set(members.map(({ requestId }) => requestId)),
      );
      expect(error).toMatchObject({
        shapeId: expect.stringMatching(/^[0-9a-f]{16}$/),
        count: members.length,
        functions: new Set(members.map(({ functionName }) => functionName)).size,
        firstSeenUs: members[0]?.startTimeUs,
        lastSeenUs: newest?.startTimeUs,
        example: { requestId: newest?.requestId, startTimeUs: newest?.startTimeUs },
        trend,
      });
    }
  });

  test.each(errorOrders)('come in pages that tile, by %s', async (orderBy) => {
    const whole = await store.errors.errors({ ...question, orderBy }, { deadlineMs });
    const shapes: string[] = [];
    for (let offset = 0; offset < whole.total + 5; offset += 5) {
      const page = await store.errors.errors(
        { ...question, orderBy, offset, limit: 5 },
        { deadlineMs },
      );
      expect(page).toMatchObject({ total: whole.total, runs: whole.runs });
      shapes.push(...page.errors.map(({ shape }) => shape));
    }
    expect(shapes).toEqual(whole.errors.map(({ shape }) => shape));
    const counted = await store.errors.errors({ ...question, limit: 0 }, { deadlineMs });
    expect(counted).toMatchObject({ total: whole.total, runs: whole.runs, errors: [] });
  });
});
