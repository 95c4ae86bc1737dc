import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Invocation } from '../../src/domain/invocation.ts';
import {
  buildInvocationQuery,
  type InvocationQuery,
  invocationStatuses,
  orderDirections,
  orderFields,
} from '../../src/domain/invocation-query.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { ModelStore } from '../support/model-store.ts';
import { rarely } from '../support/rarely.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const RECORDS = 3_000;
const BEGIN_US = Date.UTC(2026, 5, 1) * 1000;
const deadline = { deadlineMs: 30_000 };

/** Few values for each field, so that ties are everywhere. */
function manyTies(): Invocation[] {
  return Array.from({ length: RECORDS }, (_, index) =>
    buildInvocation({
      namespace: index % 11 === 0 ? 'other' : 'default',
      functionName: `fn-${(index * 7) % 5}`,
      qualifier: index % 3 === 0 ? '1' : '$LATEST',
      requestId: `id-${(index * 13) % 700}`,
      retryNum: Math.floor(index / 700),
      startTimeUs: BEGIN_US + ((index * 37) % 101) * 1_000,
      durationUs: ((index * 17) % 19) * 500,
      memUsageBytes: ((index * 5) % 7) * 1_000_000,
      retCode: [0, 0, 1, 2, 3, -1][index % 6] ?? 0,
      statusCode: [200, 200, 430, 0, 433, 434, 432][index % 7] ?? 0,
      log: logs[index % logs.length] ?? '',
    }),
  );
}

/** Every third again with another content, every fifth as it was. */
function sentAgain(records: readonly Invocation[]): Invocation[] {
  return records.flatMap((record, index) => {
    const { startTimeUs, durationUs } = record;
    const other = { startTimeUs: startTimeUs + 1_000, durationUs: durationUs + 500, log: 'later' };
    return index % 3 === 0 ? [{ ...record, ...other }] : index % 5 === 0 ? [record] : [];
  });
}

const logs = [
  '',
  'a line\n',
  'ß→𝄞 "quoted" \\ \u0000\nsecond 100% of a_b\r\nthird',
  'START RequestId: id-1\nEvent RequestId: id-1\nmine\nEND RequestId: id-1\nReport RequestId: id-1 Duration:1ms',
  'START RequestId: id-2\nI said START RequestId: mine\n START RequestId\nREPORT RequestId: id-2',
  'mine START RequestId\nStart RequestId: id-3\nSTARTRequestId\nend RequestId',
  'REPORT RequestId: 100%\nEND RequestId',
];

const keywordTexts = [
  ...['', 'mine', 'Mine', 'START RequestId', 'RequestId: id-1', 'id-', 'Duration', 'REPORT', '%'],
  ...[
    'a_b',
    'second\nthird',
    'second 100% of a_b\r',
    '\n',
    '\u0000',
    '→𝄞 "',
    '\\ ',
    "'",
    '\t',
    'later',
  ],
];

describe('pages of the store', () => {
  let store: TemporaryStore;
  const model = new ModelStore();
  const records = manyTies();
  /** What the store had taken in at some time, and in the middle of a batch. */
  const marks = [0, 1, 777];

  beforeAll(async () => {
    store = await openTemporaryStore();
    const write = async (batch: readonly Invocation[]) => {
      model.write(batch);
      await store.writer.write(batch);
      marks.push(model.mark);
    };
    for (let from = 0; from < records.length; from += 500) {
      await write(records.slice(from, from + 500));
      await write(sentAgain(records.slice(0, from)).slice(0, 300));
    }
    await write(sentAgain(sentAgain(records)));
    marks.push(model.mark + 1, Number.MAX_SAFE_INTEGER);
  });
  afterAll(() => store.remove());

  test('are what an independent sort of the same records gives, for any question', async () => {
    await fc.assert(
      fc.asyncProperty(questions(marks), async (given) => {
        const query = buildInvocationQuery(given as Partial<InvocationQuery>);
        expect(await store.reader.page(query, deadline)).toEqual(model.page(query));
      }),
      { numRuns: 200 },
    );
  });

  test.each(['application', 'platform'] as const)('find a keyword in %s lines', async (lines) => {
    let found = 0;
    for (const text of keywordTexts) {
      const query = buildInvocationQuery({ keyword: { text, lines }, limit: 5, offset: 2 });
      const page = await store.reader.page(query, deadline);
      expect(page).toEqual(model.page(query));
      found += page.total > 0 ? 1 : 0;
    }
    expect(found).toBeGreaterThan(5);
  });

  test.each([
    ['of one function', { functionName: 'fn-1' }],
    ['of one request', { requestId: 'id-13' }],
    ['of all', {}],
  ])('by a status code or a keyword %s keep their order', async (_what, given) => {
    for (const orderBy of orderFields) {
      for (const order of orderDirections) {
        const base = { ...given, orderBy, order, limit: 300 };
        const byStatus = buildInvocationQuery({ ...base, statusCodes: [200, 433] });
        expect(await store.reader.page(byStatus, deadline)).toEqual(model.page(byStatus));
        const keyword = { text: 'id-', lines: 'platform' } as const;
        const byKeyword = buildInvocationQuery({ ...base, keyword });
        expect(await store.reader.page(byKeyword, deadline)).toEqual(model.page(byKeyword));
      }
    }
  });

  test.each(orderFields)('by %s, put together, are all records once', async (orderBy) => {
    const wanted = model.visible().filter(({ namespace }) => namespace === 'default');
    const seen = new Set<string>();
    for (let offset = 0; offset < wanted.length; offset += 311) {
      const query = buildInvocationQuery({ orderBy, order: 'desc', limit: 311, offset });
      const page = await store.reader.page(query, deadline);
      expect(page.total).toBe(wanted.length);
      for (const { functionName, requestId, retryNum } of page.invocations) {
        seen.add(JSON.stringify([functionName, requestId, retryNum]));
      }
    }
    expect(seen.size).toBe(wanted.length);
  });

  test('stay the same at their mark while records come in and replace others', async () => {
    const query = buildInvocationQuery({ orderBy: 'duration', order: 'desc', limit: 700 });
    const before = await store.reader.page(query, deadline);
    const more = [
      ...records.slice(0, 200).map((record) => ({ ...record, durationUs: 1_000_000, log: 'last' })),
      ...Array.from({ length: 100 }, () => buildInvocation({ startTimeUs: BEGIN_US })),
    ];
    model.write(more);
    await store.writer.write(more);
    const frozen = { ...query, asOf: before.asOf };
    expect(await store.reader.page(frozen, deadline)).toEqual(before);
    const now = await store.reader.page(query, deadline);
    expect(now).toEqual(model.page(query));
    expect(now.total).toBe(before.total + 100);
  });

  test('are the same after a restart', async () => {
    const query = buildInvocationQuery({ orderBy: 'duration', order: 'desc', limit: 500 });
    const before = await store.reader.page(query, deadline);
    store = await store.reopen();
    expect(await store.reader.page(query, deadline)).toEqual(before);
  });

  test('with limit 0 count only', async () => {
    const query = buildInvocationQuery({ limit: 0, functionName: 'fn-1' });
    expect(await store.reader.page(query, deadline)).toEqual(model.page(query));
  });

  test('of a function that is not there are empty', async () => {
    const query = buildInvocationQuery({ functionName: "no' OR 1=1 --" });
    expect(await store.reader.page(query, deadline)).toMatchObject({ total: 0, invocations: [] });
  });
});

function questions(marks: readonly number[]) {
  return fc.record({
    namespace: fc.constantFrom(undefined, 'default', 'default', 'other', 'none'),
    functionName: rarely(fc.constantFrom('fn-0', 'fn-1', 'fn-4', 'none')),
    qualifier: rarely(fc.constantFrom('1', '$LATEST')),
    requestId: rarely(fc.integer({ min: 0, max: 720 }).map((id) => `id-${id}`)),
    status: rarely(fc.constantFrom(...invocationStatuses)),
    statusCodes: rarely(fc.subarray([200, 430, 432, 433, 434, 0, -1, 2 ** 40])),
    keyword: fc.option(
      fc.record({
        text: fc.constantFrom(...keywordTexts),
        lines: fc.constantFrom('application', 'platform'),
      }),
      { nil: undefined, freq: 2 },
    ),
    sinceUs: rarely(fc.integer({ min: -1, max: 102 }).map((ms) => BEGIN_US + ms * 1_000)),
    untilUs: rarely(fc.integer({ min: -1, max: 102 }).map((ms) => BEGIN_US + ms * 1_000)),
    asOf: fc.option(fc.constantFrom(...marks), { nil: undefined }),
    orderBy: fc.option(fc.constantFrom(...orderFields), { nil: undefined }),
    order: fc.option(fc.constantFrom(...orderDirections), { nil: undefined }),
    limit: fc.constantFrom(undefined, 0, 1, 7, 20, 1_000, 10_000),
    offset: fc.constantFrom(undefined, 0, 1, 19, 500, 5_000),
  });
}
