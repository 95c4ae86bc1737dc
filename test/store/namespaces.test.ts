import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Invocation } from '../../src/domain/invocation.ts';
import { orderDirections } from '../../src/domain/invocation-query.ts';
import {
  buildNamespaceQuery,
  type NamespacePage,
  type NamespaceQuery,
  namespaceOrderFields,
  type SeenNamespace,
} from '../../src/domain/namespace-query.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { ModelStore } from '../support/model-store.ts';
import { rarely } from '../support/rarely.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const BEGIN_US = Date.UTC(2026, 5, 1) * 1000;
const deadline = { deadlineMs: 30_000 };

const names = ['default', 'DEFAULT', 'de_fault', 'dexfault', '100%', 'Übung', 'ας', "o'b\\r"];
const searches = ['', 'DEF', 'e_f', '%', '_', '0%', 'übung', 'Σ', "'B\\", 'none'];
const requestIds = ['a', 'A', 'b', '%', "'"];

describe('namespaces of the store', () => {
  let store: TemporaryStore;
  const model = new ModelStore();

  beforeAll(async () => {
    store = await openTemporaryStore();
  });
  afterAll(() => store.remove());

  const write = async (batch: readonly Invocation[]) => {
    model.write(batch);
    await store.writer.write(batch);
  };
  const ask = (given: Partial<NamespaceQuery>) =>
    store.reader.namespaces(buildNamespaceQuery({ among: '*', ...given }), deadline);

  test('of an empty store are none', async () => {
    expect(await ask({})).toEqual({ total: 0, namespaces: [] });
    expect(await store.reader.namespacesOfRequest('a', deadline)).toEqual([]);
  });

  test('are what the records themselves say, for any question, while records come in', async () => {
    await fc.assert(
      fc.asyncProperty(batches(), severalQuestions(), async (batch, asked) => {
        await write(batch);
        for (const given of asked) {
          const query = buildNamespaceQuery(given as NamespaceQuery);
          expect(await store.reader.namespaces(query, deadline)).toEqual(answerOf(model, query));
        }
      }),
      { numRuns: 30 },
    );
  });

  test.each(namespaceOrderFields)('by %s, put together, are all once', async (orderBy) => {
    for (const order of orderDirections) {
      const whole = await ask({ orderBy, order, limit: 100 });
      expect(whole.namespaces).toHaveLength(whole.total);
      const tiles: SeenNamespace[] = [];
      for (let offset = 0; offset < whole.total; offset += 3) {
        const page = await ask({ orderBy, order, limit: 3, offset });
        expect(page.total).toBe(whole.total);
        tiles.push(...page.namespaces);
      }
      expect(tiles).toEqual(whole.namespaces);
    }
  });

  test('with limit 0 count only', async () => {
    const { total } = await ask({ limit: 100 });
    expect(await ask({ limit: 0 })).toEqual({ total, namespaces: [] });
  });

  test.each(requestIds)('of the request id %s are those that have it, by name', async (id) => {
    const wanted = model.visible().filter(({ requestId }) => requestId === id);
    expect(await store.reader.namespacesOfRequest(id, deadline)).toEqual(
      [...new Set(wanted.map(({ namespace }) => namespace))].sort(compareNames),
    );
  });

  test('of a request id are at most a thousand', async () => {
    await write(
      Array.from({ length: 1_001 }, (_, index) =>
        buildInvocation({ namespace: `many-${10_000 + index}`, requestId: 'everywhere' }),
      ),
    );
    const found = await store.reader.namespacesOfRequest('everywhere', deadline);
    expect(found).toHaveLength(1_000);
    expect(found.at(-1)).toBe('many-10999');
  });
});

function batches() {
  const record = fc.record({
    namespace: fc.constantFrom(...names),
    functionName: fc.constantFrom('f', 'g'),
    requestId: fc.constantFrom(...requestIds),
    startTimeUs: fc.integer({ min: 0, max: 9 }).map((ms) => BEGIN_US + ms * 1_000),
    invokeFinished: fc.boolean(),
  });
  return fc.array(record.map(buildInvocation), { minLength: 1, maxLength: 8 });
}

function severalQuestions() {
  const question = fc.record({
    among: fc.oneof(fc.constant('*' as const), fc.subarray([...names, 'none', '*'])),
    search: rarely(fc.constantFrom(...searches)),
    orderBy: fc.option(fc.constantFrom(...namespaceOrderFields), { nil: undefined }),
    order: fc.option(fc.constantFrom(...orderDirections), { nil: undefined }),
    limit: fc.constantFrom(undefined, 0, 1, 3, 100),
    offset: fc.constantFrom(undefined, 0, 1, 5, 50),
  });
  return fc.array(question, { minLength: 2, maxLength: 6 });
}

/** By hand: filter, group, sort, cut. */
function answerOf(model: ModelStore, query: NamespaceQuery): NamespacePage {
  const { among, search = '' } = query;
  const starts = new Map<string, number[]>();
  for (const { namespace, startTimeUs } of model.visible()) {
    const named = among === '*' || among.includes(namespace);
    if (named && oneCase(namespace).includes(oneCase(search))) {
      starts.set(namespace, [...(starts.get(namespace) ?? []), startTimeUs]);
    }
  }
  const sign = query.order === 'asc' ? 1 : -1;
  const matching = [...starts]
    .map(([name, all]) => ({
      name,
      firstStartUs: Math.min(...all),
      lastStartUs: Math.max(...all),
    }))
    .sort((a, b) => {
      const byStart = query.orderBy === 'lastStart' ? a.lastStartUs - b.lastStartUs : 0;
      return sign * (byStart || compareNames(a.name, b.name));
    });
  return {
    total: matching.length,
    namespaces: matching.slice(query.offset, query.offset + query.limit),
  };
}

function compareNames(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function oneCase(text: string): string {
  return text.toLowerCase().toUpperCase();
}
