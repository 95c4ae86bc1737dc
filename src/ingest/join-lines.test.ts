import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildFragment, T0_US } from '../../test/support/build-fragment.ts';
import { lineOf } from '../../test/support/draw-fragments.ts';
import { join, joinAll, logBytesMax } from '../../test/support/join-all.ts';
import { joinFragments } from './join-fragments.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 200);

describe('lines', () => {
  const someLine = fc.tuple(fc.nat(3), fc.constantFrom('a', 'b', ''));
  const of = (lines: readonly (readonly [number, string])[]) =>
    buildFragment({ lines: lines.map(([at, text]) => ({ timeUs: T0_US + at, text })) });
  const countsOf = (texts: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const text of texts) {
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    return counts;
  };

  test('without ids are there as often as in the request that has most of them, by time', () => {
    const requests = fc.array(fc.array(someLine, { maxLength: 8 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(requests, (told) => {
        const expected = new Map<string, number>();
        for (const lines of told) {
          for (const [name, count] of countsOf(lines.map(([at, text]) => `${at}${text}`))) {
            expected.set(name, Math.max(count, expected.get(name) ?? 0));
          }
        }
        // The time stands in each line, so that the log shows it.
        const { record } = joinAll(
          told.map((lines) => [of(lines.map(([at, text]) => [at, `${at}${text}`]))]),
        );
        const shown = record.log === '' ? [] : record.log.split('\n');
        expect(countsOf(shown)).toEqual(expected);
        const times = shown.map((line) => line.charAt(0));
        expect(times).toEqual([...times].sort());
      }),
      { numRuns: RUNS },
    );
  });

  test('of one time keep the order in which they came', () => {
    const { record } = joinAll([
      [
        of([
          [1, 'second'],
          [1, 'also'],
          [0, 'first'],
        ]),
      ],
      [
        of([
          [1, 'third'],
          [1, 'also'],
        ]),
      ],
    ]);
    expect(record.log).toBe('first\nsecond\nalso\nthird');
  });

  test('of one time with ids are in the order of these, as numbers of any size', () => {
    const at = (id: string) => ({ timeUs: T0_US, text: id, id });
    const ids = ['9', '10', '36849120348570298340597', '99999999999999999999999', 'b', 'ab'];
    const { log } = join(buildFragment({ lines: ids.map(at).reverse() }));
    expect(log).toBe(['9', 'b', '10', 'ab', ...ids.slice(2, 4)].join('\n'));
  });

  test('with one id are one: the earlier, then the longer', () => {
    const told = ['a', 'bc', 'bd'].map((text, at) =>
      buildFragment({ lines: [{ timeUs: T0_US + (at === 0 ? 1 : 0), text, id: 'x' }] }),
    );
    for (const order of [told, [...told].reverse()]) {
      expect(joinAll(order.map((one) => [one])).record.log).toBe('bd');
    }
  });

  test('over the bound are cut at a character, and what is cut is counted once', () => {
    const numbers = fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 24 });
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 200 }), (told, bytesMax) => {
        const all = join(buildFragment({ lines: told.map(lineOf) })).log;
        const requests = told.map((number) => [buildFragment({ lines: [lineOf(number)] })]);
        const { record } = joinAll([...requests, ...requests], { logBytesMax: bytesMax });
        const bytes = Buffer.byteLength(record.log);
        expect(all.startsWith(record.log)).toBe(true);
        expect(bytes).toBeLessThanOrEqual(bytesMax);
        expect(record.logCutBytes).toBe(Buffer.byteLength(all) - bytes);
        // At most a character of four bytes and the end of a line did not fit.
        expect(bytes).toBeGreaterThan(Math.min(Buffer.byteLength(all), bytesMax) - 5);
      }),
      { numRuns: RUNS },
    );
  });
});

test('a log that was cut ends where it did when the bound is larger later on', () => {
  const lines = ['first', 'second', ''].map((text, at) => ({ timeUs: T0_US + at, text }));
  const cut = joinFragments(undefined, [buildFragment({ lines })], { logBytesMax: 8 }).invocation;
  expect(cut).toMatchObject({ log: 'first\nse', logCutBytes: 5 });
  const early = buildFragment({ lines: [{ timeUs: T0_US - 1, text: 'early' }] });
  const { record } = joinAll([[early]], { logBytesMax: 100 }, cut);
  expect(record).toMatchObject({ log: 'early\nfirst\nse', logCutBytes: 5 });
});

describe('a run of more lines than are told apart', () => {
  const count = 20_010;
  const lines = Array.from({ length: count }, (_, at) => ({
    timeUs: T0_US + at,
    text: String(at),
  }));
  const inRequests = (sizes: number) =>
    Array.from({ length: Math.ceil(count / sizes) }, (_, at) => [
      buildFragment({ lines: lines.slice(at * sizes, (at + 1) * sizes) }),
    ]);
  const log = lines
    .slice(0, 20_000)
    .map(({ text }) => text)
    .join('\n');

  test.each([
    ['in order', inRequests(5_000)],
    ['in reverse', inRequests(5_000).reverse()],
    ['at once', inRequests(count)],
  ])('that comes %s keeps the first of them and counts the others, once', (_how, requests) => {
    const { record } = joinAll(requests);
    expect(record.log).toBe(log);
    expect(record.logCutBytes).toBe(10 * 6);
    const again = joinAll(requests, { logBytesMax }, record);
    expect(again.news).not.toContain(true);
    expect(again.record).toEqual(record);
  });

  test('keeps a joinState of bounded size', () => {
    const { record } = joinAll(inRequests(count));
    expect(record.joinState?.length).toBeLessThan(20 * 20_000);
  });
});
