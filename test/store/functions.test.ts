import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  buildFunctionQuery,
  type FunctionPage,
  type FunctionQuery,
  functionOrderFields,
  type SeenFunction,
} from '../../src/domain/function-query.ts';
import type { Invocation } from '../../src/domain/invocation.ts';
import { orderDirections } from '../../src/domain/invocation-query.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { ModelStore } from '../support/model-store.ts';
import { rarely } from '../support/rarely.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const BEGIN_US = Date.UTC(2026, 5, 1) * 1000;
const deadline = { deadlineMs: 30_000 };

const names = [
  'alpha',
  'ALPHA',
  'Alpha%2',
  'al_pha',
  'alxpha',
  'αΣ',
  'ας-x',
  'Élan',
  "o'b\\r",
  '中文',
];
const searches = ['', 'ALPHA', 'pha', '%', '_', 'l_p', 'σ', 'éL', 'K', "'B\\", '文', 'none', 'a%'];
const descriptions = ['Sends 100% of MAIL', 'sends_mail', 'straße', 'Ünïcode\n"x"', ''];
const parts = ['MAIL', 'mail', '%', 's_m', 'STRASSE', 'ÜNÏ', '\nx', '"X', '', 'none'];
const texts = ['nodejs20', 'NODEJS20', '5', '', 'true', "a'b\\\u0000"];

describe('functions of the store', () => {
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
  const ask = (given: Partial<FunctionQuery>) =>
    store.reader.functions(buildFunctionQuery(given), deadline);

  test('are what the records themselves say, for any question, while records come in', async () => {
    await fc.assert(
      fc.asyncProperty(batches(), severalQuestions(), async (batch, asked) => {
        await write(batch);
        for (const given of asked) {
          const query = buildFunctionQuery(given as Partial<FunctionQuery>);
          expect(await store.reader.functions(query, deadline)).toEqual(answerOf(model, query));
        }
      }),
      { numRuns: 30 },
    );
  });

  test.each(functionOrderFields)('by %s, put together, are all functions once', async (orderBy) => {
    for (const order of orderDirections) {
      const whole = await ask({ orderBy, order, limit: 100 });
      expect(whole.functions).toHaveLength(whole.total);
      const tiles: SeenFunction[] = [];
      for (let offset = 0; offset < whole.total; offset += 3) {
        const page = await ask({ orderBy, order, limit: 3, offset });
        expect(page.total).toBe(whole.total);
        tiles.push(...page.functions);
      }
      expect(tiles).toEqual(whole.functions);
    }
  });

  test('with limit 0 count only', async () => {
    const { total } = await ask({ limit: 100 });
    expect(await ask({ limit: 0 })).toEqual({ total, functions: [] });
    expect(await ask({ limit: 0, search: 'no such' })).toEqual({ total: 0, functions: [] });
  });

  test('have the facts of the newest record that is in sight', async () => {
    const first = buildInvocation({ namespace: 'facts', extra: { version: 'one' } });
    const late = { ...first, startTimeUs: first.startTimeUs + 1_000, requestId: 'late' };
    await write([{ ...late, extra: { version: 'late' } }, first]);
    const facts = async () => (await ask({ namespace: 'facts' })).functions[0]?.facts;
    expect(await facts()).toEqual({ version: 'late' });
    // The late one turns out to be the earlier one.
    await write([{ ...late, startTimeUs: first.startTimeUs - 1_000 }]);
    expect(await facts()).toEqual({ version: 'one' });
    const facts2 = { namespace: 'facts', facts: [{ path: ['version'], values: ['late'] }] };
    expect(await ask(facts2)).toEqual({ total: 0, functions: [] });
  });

  test('with facts that no engine reads easily are found by them', async () => {
    const extra = {
      'a.b': { 'c"\n': "it's\\" },
      big: 1e20,
      small: 5e-324,
      nothing: null,
      description: '😀'.repeat(1_000),
    };
    await write([buildInvocation({ namespace: 'odd', functionName: 'odd', extra })]);
    const facts = [{ path: ['a.b', 'c"\n'], values: ['x', "it's\\"] }];
    const page = await ask({ namespace: 'odd', facts, description: '😀😀' });
    expect(page.functions.map((one) => one.facts)).toEqual([extra]);
  });
});

function batches() {
  const member = fc.oneof(
    fc.constantFrom(...texts),
    fc.constantFrom(5, true, null, {}, ['nodejs20'], { inner: 'nodejs20' }),
  );
  const extra = fc.record(
    {
      runtime: member,
      tags: fc.oneof(member, fc.record({ team: member, 'a.b': member })),
      description: fc.oneof(fc.constantFrom(...descriptions), member),
    },
    { requiredKeys: [] },
  );
  const record = fc.record({
    namespace: fc.constantFrom('default', 'Other'),
    functionName: fc.constantFrom(...names),
    requestId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    startTimeUs: fc.integer({ min: 0, max: 9 }).map((ms) => BEGIN_US + ms * 1_000),
    invokeFinished: fc.boolean(),
    extra: fc.option(extra, { nil: {} }),
  });
  return fc.array(record.map(buildInvocation), { minLength: 1, maxLength: 12 });
}

function severalQuestions() {
  const path = fc.constantFrom(
    ...[['runtime'], ['tags', 'team'], ['tags', 'a.b'], ['tags'], ['runtime', 'inner'], []],
  );
  const fact = fc.record({ path, values: fc.subarray(texts, { minLength: 2 }) });
  const question = fc.record({
    namespace: fc.constantFrom(undefined, 'default', 'Other', 'Other', 'none'),
    search: rarely(fc.constantFrom(...searches)),
    facts: rarely(fc.array(fact, { maxLength: 2 })),
    description: rarely(fc.constantFrom(...parts)),
    orderBy: fc.option(fc.constantFrom(...functionOrderFields), { nil: undefined }),
    order: fc.option(fc.constantFrom(...orderDirections), { nil: undefined }),
    limit: fc.constantFrom(undefined, 0, 1, 3, 100),
    offset: fc.constantFrom(undefined, 0, 1, 5, 50),
  });
  return fc.array(question, { minLength: 2, maxLength: 6 });
}

/** By hand: group, take the newest of each group, filter, sort, cut. */
function answerOf(model: ModelStore, query: FunctionQuery): FunctionPage {
  const groups = new Map<string, Invocation[]>();
  for (const record of model.visible()) {
    if (record.namespace === query.namespace) {
      groups.set(record.functionName, [...(groups.get(record.functionName) ?? []), record]);
    }
  }
  const sign = query.order === 'asc' ? 1 : -1;
  const matching = [...groups]
    .map(([functionName, records]) => seenFunction(functionName, records))
    .filter((one) => matches(one, query))
    .sort((a, b) => {
      const byName = Buffer.compare(Buffer.from(a.functionName), Buffer.from(b.functionName));
      switch (query.orderBy) {
        case 'functionName':
          return sign * byName;
        case 'firstStart':
          return sign * (a.firstStartUs - b.firstStartUs || byName);
        default:
          return sign * (a.lastStartUs - b.lastStartUs || byName);
      }
    });
  return {
    total: matching.length,
    functions: matching.slice(query.offset, query.offset + query.limit),
  };
}

/** @param records in the order of their ingest */
function seenFunction(functionName: string, records: readonly Invocation[]): SeenFunction {
  const starts = records.map(({ startTimeUs }) => startTimeUs);
  const lastStartUs = Math.max(...starts);
  const newest = records.findLast(({ startTimeUs }) => startTimeUs === lastStartUs);
  return {
    namespace: newest?.namespace ?? '',
    functionName,
    firstStartUs: Math.min(...starts),
    lastStartUs,
    facts: newest?.extra ?? {},
  };
}

function matches({ functionName, facts }: SeenFunction, query: FunctionQuery): boolean {
  const { search = '', description } = query;
  const text = facts['description'];
  return (
    oneCase(functionName).includes(oneCase(search)) &&
    (query.facts ?? []).every(({ path, values }) => {
      const member = path.reduce<unknown>(memberOf, facts);
      return typeof member === 'string' && values.includes(member);
    }) &&
    (description === undefined ||
      (typeof text === 'string' && oneCase(text).includes(oneCase(description))))
  );
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function oneCase(text: string): string {
  return text.toLowerCase().toUpperCase();
}
