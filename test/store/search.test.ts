// Searches in messages and logs against a naive computation: in parts with the text index and
// without, before merges and after.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Invocation } from '../../src/domain/invocation.ts';
import { buildInvocationQuery } from '../../src/domain/invocation-query.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const deadlineMs = 60_000;
const START_US = Date.UTC(2026, 0, 1) * 1000;

const pieces = [
  ...['error', 'Error', 'ERROR', 'err', 'code', 'x1', '42', '4711', 'Größe', 'größe', '函数', '函'],
  ...['call-77', 'call', '77', '_', '/', '.', '"', '\\', '\n', '\t', '🙂', 'ſ', 'K', "o'clock"],
];
const text = fc
  .array(fc.tuple(fc.constantFrom(...pieces), fc.constantFrom(' ', '', '-', ': ', '\n')), {
    maxLength: 12,
  })
  .map((parts) => parts.flat().join(''));

const records: Invocation[] = [];
let store: TemporaryStore;

beforeAll(async () => {
  store = await openTemporaryStore();
  const texts = fc.sample(fc.tuple(text, text), { numRuns: 400, seed: 7 });
  for (const [batch, settled] of [true, false, true, false].entries()) {
    const written = texts
      .slice(batch * 100, (batch + 1) * 100)
      .map(([log, retMsg], index) =>
        buildInvocation({ log, retMsg, startTimeUs: START_US + batch * 1_000 + index }),
      );
    await store.writer.write(written);
    records.push(...written);
    if (settled) {
      await store.admin.settle();
    }
  }
});
afterAll(() => store.remove());

async function found(given: Parameters<typeof buildInvocationQuery>[0]): Promise<string[]> {
  const query = buildInvocationQuery({ ...given, orderBy: 'startTime', limit: 10_000 });
  const { invocations, total } = await store.reader.page(query, { deadlineMs });
  expect(invocations).toHaveLength(total);
  return invocations.map(({ requestId }) => requestId);
}

function expected(matches: (record: Invocation) => boolean): string[] {
  return records.filter(matches).map(({ requestId }) => requestId);
}

const lower = (one: string) => one.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const wordsOf = (one: string) => lower(one).match(/[a-z0-9\u0080-\u{10ffff}]+/gu) ?? [];

/** Whether the words stand in the text one after the other. */
function hasWords(one: string, words: readonly string[]): boolean {
  const all = wordsOf(one);
  return all.some((_, at) => words.every((word, index) => all[at + index] === word));
}

function naive(term: string): (record: Invocation) => boolean {
  const whole = ({ retMsg, log }: Invocation) => `${retMsg}\n${log}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  const words = /[^\u0000-\u007f]/.test(term) ? [] : wordsOf(term);
  return (record) =>
    words.length === 0
      ? lower(whole(record)).includes(lower(term))
      : hasWords(whole(record), words);
}

describe('a search', () => {
  const term = fc
    .array(fc.constantFrom(...pieces.filter((piece) => !/["\s]/.test(piece))), {
      minLength: 1,
      maxLength: 3,
    })
    .chain((parts) => fc.constantFrom(parts.join(' '), parts.join('-'), parts.join('')));

  test('finds all words and phrases, whatever their letter case', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(term, { minLength: 1, maxLength: 3 }), async (terms) => {
        const search = terms.map((one) => `"${one}"`).join(' ');
        expect(await found({ search })).toEqual(
          expected((record) => terms.every((one) => naive(one)(record))),
        );
      }),
      { numRuns: Number(process.env['FNLOG_FUZZ_RUNS'] ?? 100) },
    );
  });

  test('finds single words without quotes', async () => {
    expect(await found({ search: 'ERROR 42' })).toEqual(
      expected((record) => naive('error')(record) && naive('42')(record)),
    );
    expect((await found({ search: 'err' })).length).toBeLessThan(
      (await found({ contains: 'err' })).length,
    );
  });

  test('finds a text byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...pieces), fc.constantFrom(...pieces), async (a, b) => {
        for (const contains of [a, a + b]) {
          expect(await found({ contains })).toEqual(
            expected(({ log, retMsg }) => log.includes(contains) || retMsg.includes(contains)),
          );
        }
      }),
      { numRuns: 30 },
    );
  });

  test.each(['err.r', '^Error', '4\\d+1', '(?i)größe', '[函]', 'call-\\d\\d$', 'o.*42'])(
    'finds what matches %s',
    async (regex) => {
      const pattern = new RegExp(
        regex.replace('(?i)', ''),
        regex.startsWith('(?i)') ? 'isu' : 'su',
      );
      expect(await found({ regex })).toEqual(
        expected(({ log, retMsg }) => pattern.test(log) || pattern.test(retMsg)),
      );
    },
  );

  test('goes with every other filter, order and mark', async () => {
    const page = await store.reader.page(
      buildInvocationQuery({ search: 'error', contains: '4', regex: '\\d', limit: 5, asOf: 150 }),
      { deadlineMs },
    );
    const matching = records
      .slice(0, 150)
      .filter(
        (record) =>
          naive('error')(record) &&
          [record.log, record.retMsg].some((one) => one.includes('4')) &&
          [record.log, record.retMsg].some((one) => /\d/.test(one)),
      );
    expect(page.total).toBe(matching.length);
    expect(page.invocations.map(({ requestId }) => requestId)).toEqual(
      matching
        .slice(-5)
        .reverse()
        .map(({ requestId }) => requestId),
    );
  });
});
