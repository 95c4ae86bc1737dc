// Fragments of a run, and the ways in which they may come, for property tests.

import fc from 'fast-check';
import type { Fragment, LogLine, RunFacts } from '../../src/domain/fragment.ts';
import { buildFragment, T0_US } from './build-fragment.ts';

const someTime = fc.integer({ min: 0, max: 9 }).map((at) => T0_US + at * 1_000);
const someNumber = fc.constantFrom(0, 1, 2.5, 300, -4, Number.NaN, Number.POSITIVE_INFINITY, 1e300);
const someText = fc.constantFrom('', 'a', 'b', 'bc', '文');
const someExtra = fc.dictionary(
  fc.constantFrom('a', 'b', '__proto__', '7'),
  fc.oneof(fc.constantFrom(1, 22, 'x', null), fc.array(fc.constantFrom(1, 'é'), { maxLength: 2 })),
);
const someFacts: fc.Arbitrary<RunFacts> = fc.record(
  {
    qualifier: fc.constantFrom('$LATEST', '1', '2', '10'),
    startTimeUs: someTime,
    endTimeUs: someTime,
    durationUs: someNumber,
    billDurationMs: someNumber,
    memUsageBytes: someNumber,
    memoryLimitBytes: someNumber,
    timeLimitMs: someNumber,
    initDurationUs: fc.option(someNumber),
    retCode: fc.constantFrom(0, 1, 2, 3, -7, 2 ** 40),
    statusCode: fc.constantFrom(200, 204, 403, 430, 433),
    invokeFinished: fc.constant(true as const),
    retMsg: someText,
    traceId: someText,
    extra: someExtra,
  },
  { requiredKeys: [] },
);

/** A line by its number: the same number is always the same line. Every other one has an id. */
export function lineOf(number: number): LogLine {
  const text = ['', 'a', 'é文', '😀 and some more', 'x'.repeat(number)][number % 5] ?? '';
  return number % 2 === 0
    ? { timeUs: T0_US + (number % 6), text, id: String(number ** 5) }
    : { timeUs: T0_US + 100 + number, text };
}

export const someFragments: fc.Arbitrary<Fragment[]> = fc
  .tuple(
    fc.array(
      fc.tuple(someFacts, someTime, fc.constantFrom('', 's', 't'), fc.constantFrom('x', 'y', '')),
      { minLength: 1, maxLength: 6 },
    ),
    fc.uniqueArray(fc.nat(40), { maxLength: 24 }),
  )
  .map(([told, numbers]) =>
    told.map(([facts, timeUs, source, stream], at) =>
      buildFragment({
        facts,
        timeUs,
        source,
        ...(stream !== '' && { stream }),
        lines: numbers.filter((number) => number % told.length === at).map(lineOf),
      }),
    ),
  );

/** The same fragments in another order, some of them again, in requests of one or more. */
function anyHistory(fragments: readonly Fragment[]): fc.Arbitrary<Fragment[][]> {
  const places = fragments.map((_, at) => at);
  return fc
    .tuple(
      fc.shuffledSubarray(places, { minLength: places.length }),
      fc.array(fc.constantFrom(...places), { maxLength: 6 }),
      fc.array(fc.nat(3), { maxLength: 12 }),
    )
    .map(([all, again, sizes]) => {
      const requests: Fragment[][] = [];
      const sequence = [...all, ...again].flatMap((at) => fragments[at] ?? []);
      for (let at = 0; at < sequence.length; ) {
        const size = 1 + (sizes[requests.length] ?? 0);
        // Within a request a line without an id counts as often as it is there.
        requests.push([...new Set(sequence.slice(at, at + size))]);
        at += size;
      }
      return requests;
    });
}

/** Fragments, and the same as they come. */
export const someHistory = someFragments.chain((fragments) =>
  fc.tuple(fc.constant(fragments), anyHistory(fragments)),
);
