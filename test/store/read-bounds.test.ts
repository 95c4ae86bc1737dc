// What a question may cost is held by the store: rows, bytes, time, and somebody who waits for it.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { buildFunctionQuery } from '../../src/domain/function-query.ts';
import { buildInvocationQuery, type InvocationQuery } from '../../src/domain/invocation-query.ts';
import { buildNamespaceQuery } from '../../src/domain/namespace-query.ts';
import type { InvocationReader, ReadOptions } from '../../src/domain/ports.ts';
import type { ReadBounds } from '../../src/domain/read-bounds.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const RECORDS = 2_000;
const LOG_BYTES = 32 * 1024;

let store: TemporaryStore;

beforeAll(async () => {
  store = await openTemporaryStore();
  await store.writer.write(
    Array.from({ length: RECORDS }, (_, index) =>
      buildInvocation({ functionName: `fn-${index % 100}`, log: 'x'.repeat(LOG_BYTES) }),
    ),
  );
});
afterAll(() => store.remove());

function within(bounds: Partial<ReadBounds>): ReadOptions {
  const whole: ReadBounds = {
    rowsMax: 0,
    bytesMax: 0,
    remainingMs: () => 30_000,
    signal: undefined,
  };
  return { deadlineMs: 30_000, bounds: { ...whole, ...bounds } };
}

let searches = 0;

/** For a text of its own: what was looked for before, the engine knows of a block without reading. */
function search(options: ReadOptions, given: Partial<InvocationQuery> = {}) {
  searches += 1;
  const keyword = { text: `needle ${searches}`, lines: 'application' } as const;
  return store.reader.page(buildInvocationQuery({ keyword, ...given }), options);
}

/** Every question there is. */
const questions: Record<keyof InvocationReader, (options: ReadOptions) => Promise<unknown>> = {
  page: (options) => search(options),
  functions: (options) => store.reader.functions(buildFunctionQuery({}), options),
  namespaces: (options) => store.reader.namespaces(buildNamespaceQuery({ among: '*' }), options),
  namespacesOfRequest: (options) => store.reader.namespacesOfRequest('request-1', options),
  recordsToJoin: (options) =>
    store.reader.recordsToJoin(
      [buildInvocation({ functionName: 'fn-1', requestId: 'request-2' })],
      { sinceUs: 0, untilUs: Date.UTC(2027, 0, 1) * 1000 },
      options,
    ),
  latestRuns: (options) =>
    store.reader.latestRuns(
      {
        namespace: 'default',
        functionName: 'fn-1',
        untilUs: Date.UTC(2027, 0, 1) * 1000,
        limit: 10,
      },
      options,
    ),
};

describe.each(Object.entries(questions))('the question %s', (_, ask) => {
  test('is refused where it would read too many rows', async () => {
    await expect(ask(within({ rowsMax: 1 }))).rejects.toMatchObject({
      code: 'query_too_costly',
      message:
        'this question would read more than 1 rows (queryRowsMax): name a function, or a shorter window (since, until)',
    });
  });

  test('is refused where it would read too many bytes', async () => {
    await expect(ask(within({ bytesMax: 1 }))).rejects.toMatchObject({
      code: 'query_too_costly',
      details: { setting: 'queryBytesMax' },
    });
  });

  test('does not begin where no time is left, or nobody waits', async () => {
    await expect(ask(within({ remainingMs: () => 0 }))).rejects.toMatchObject({
      code: 'query_timeout',
    });
    const reason = new AppError('malformed_request', 'the connection was closed');
    await expect(ask(within({ signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
  });

  test('is answered within bounds that are enough', async () => {
    const bounds = { rowsMax: 1_000_000, bytesMax: 1024 ** 3 };
    await expect(ask(within(bounds))).resolves.toBeDefined();
  });
});

test('what is read counts, not what there is: a narrower question goes through', async () => {
  const bounds = within({ bytesMax: 16 * 1024 ** 2 });
  await expect(search(bounds)).rejects.toMatchObject({
    message:
      'this question would read more than 16777216 bytes (queryBytesMax): name a function, or a shorter window (since, until)',
  });
  expect(await search(bounds, { functionName: 'fn-7' })).toMatchObject({ total: 0 });
});

test('statements of one question have its time together', async () => {
  const told: number[] = [];
  const remainingMs = () => {
    told.push(told.length);
    return told.length === 1 ? 10_000 : 0;
  };
  // Known totals are not counted, so the positions come first and the rows after them.
  const query = buildInvocationQuery({ functionName: 'fn-3', limit: 5 });
  const answer = await store.reader.page(query, within({ remainingMs })).catch((error) => error);
  expect(answer).toMatchObject({ code: 'query_timeout' });
  expect(told).toHaveLength(2);
});

test('a question that is broken off between its statements does not begin the next one', async () => {
  const reason = new AppError('malformed_request', 'the connection was closed');
  const controller = new AbortController();
  const remainingMs = () => {
    controller.abort(reason);
    return 10_000;
  };
  const query = buildInvocationQuery({ functionName: 'fn-4', limit: 5 });
  const asked = store.reader.page(query, within({ remainingMs, signal: controller.signal }));
  await expect(asked).rejects.toBe(reason);
});
