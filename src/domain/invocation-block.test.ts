import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildInvocation } from '../../test/support/build-invocation.ts';
import { invocationsIn } from '../../test/support/read-block.ts';
import type { Invocation } from './invocation.ts';
import { InvocationBlock } from './invocation-block.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('', 'x'.repeat(127), 'x'.repeat(128), '文'.repeat(43), '😀'.repeat(5_000)),
);
const invocation: fc.Arbitrary<Invocation> = fc
  .record({
    namespace: text,
    requestId: text,
    retMsg: text,
    log: text,
    startTimeUs: fc.nat(Number.MAX_SAFE_INTEGER),
    memUsageBytes: fc.nat(Number.MAX_SAFE_INTEGER),
    retCode: fc.integer(),
    initDurationUs: fc.option(fc.nat()),
    invokeFinished: fc.boolean(),
    extra: fc.dictionary(fc.string(), fc.integer(), { maxKeys: 2 }),
  })
  .map(buildInvocation);
const invocations = fc.array(invocation, { maxLength: 100 });

function hashesOf(block: InvocationBlock) {
  return Array.from({ length: block.length }, (_, row) => [
    block.numberAt(row, 'identityHash'),
    block.numberAt(row, 'contentHash'),
  ]);
}

describe('a block', () => {
  test('holds records as they are', () => {
    fc.assert(
      fc.property(invocations, (records) => {
        const wanted = records.map((record) => ({ ...record, extra: { ...record.extra } }));
        expect(invocationsIn(InvocationBlock.of(records))).toEqual(wanted);
      }),
      { numRuns: 50 },
    );
  });

  test('gives some of its rows, with their fingerprints', () => {
    fc.assert(
      fc.property(invocations, (records) => {
        const block = InvocationBlock.of(records);
        const rows = [...records.keys()].filter((row) => row % 3 !== 1).reverse();
        const selected = block.select(rows);
        expect(invocationsIn(selected)).toEqual(rows.map((row) => invocationsIn(block)[row]));
        expect(hashesOf(selected)).toEqual(rows.map((row) => hashesOf(block)[row]));
      }),
      { numRuns: 50 },
    );
  });

  test('forgets the last row, a row that was begun, and all of them', () => {
    const [one, two] = [buildInvocation(), buildInvocation()];
    const block = InvocationBlock.of([one, two]);
    block.removeLast();
    block.texts.namespace.push('begun');
    block.dropRow();
    block.append(two);
    expect(invocationsIn(block)).toEqual([one, two]);
    block.clear();
    block.append(two);
    expect(invocationsIn(block)).toEqual([two]);
  });
});

describe('fingerprints', () => {
  const one = buildInvocation({ requestId: 'r', log: 'a log of some length' });
  const [identity, content] = hashesOf(InvocationBlock.of([one]))[0] ?? [];

  test('are exact numbers, the same wherever the record stands', () => {
    expect(Number.isSafeInteger(identity)).toBe(true);
    expect(Number.isSafeInteger(content)).toBe(true);
    const turned = { ...one, ...Object.fromEntries(Object.entries(one).reverse()) };
    const block = InvocationBlock.of([buildInvocation({ log: 'abc' }), turned as Invocation]);
    expect(hashesOf(block)[1]).toEqual([identity, content]);
  });

  test.each([
    { namespace: 'other' },
    { functionName: 'other' },
    { requestId: 's' },
    { retryNum: 1 },
    // The same bytes, divided in another place.
    { functionName: `${one.functionName}r`, requestId: '' },
  ])('tell another identity: %j', (given) => {
    const [other] = hashesOf(InvocationBlock.of([{ ...one, ...given }]))[0] ?? [];
    expect(other).not.toBe(identity);
  });

  test.each([
    { log: 'a log of some lengtH' },
    { log: '' },
    { retMsg: 'x' },
    { durationUs: one.durationUs + 1 },
    { startTimeUs: one.startTimeUs + 2 ** 32 },
    { initDurationUs: 0 },
    { extra: { a: 1 } },
    { joinState: 'x' },
  ])('tell another content of the same identity: %j', (given) => {
    const [same, other] = hashesOf(InvocationBlock.of([{ ...one, ...given }]))[0] ?? [];
    expect(same).toBe(identity);
    expect(other).not.toBe(content);
  });

  test('of a hundred thousand records are all different', () => {
    const block = new InvocationBlock();
    const seen = new Set<number>();
    for (let index = 0; index < 100_000; index++) {
      block.append({ ...one, requestId: `request-${index}`, log: `line ${index}` });
      seen.add(block.numberAt(index, 'identityHash'));
      seen.add(block.numberAt(index, 'contentHash'));
    }
    expect(seen.size).toBe(200_000);
  });
});
