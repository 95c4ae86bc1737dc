import { describe, expect, test } from 'vitest';
import { buildFragment, T0_US } from '../../test/support/build-fragment.ts';
import { buildInvocation } from '../../test/support/build-invocation.ts';
import { joinAll, logBytesMax } from '../../test/support/join-all.ts';
import type { RunFacts } from '../domain/fragment.ts';

describe('a record that came whole', () => {
  const whole = buildInvocation({
    startTimeUs: T0_US,
    log: 'its log',
    traceId: '',
    memoryLimitBytes: 0,
    logCutBytes: 4,
    extra: { z: 1 },
  });
  const facts: RunFacts = {
    startTimeUs: T0_US - 5,
    durationUs: 9_999_999,
    retCode: 1,
    retMsg: 'longer than before',
    traceId: 't',
    memoryLimitBytes: 8,
    invokeFinished: true,
    extra: { a: 2 },
  };

  test('keeps what it says and learns what it does not', () => {
    const { record } = joinAll([[buildFragment({ facts })]], { logBytesMax }, whole);
    const { joinState, ...shown } = record;
    const learned = { traceId: 't', memoryLimitBytes: 8, extra: { a: 2, z: 1 } };
    expect(shown).toEqual({ ...whole, ...learned });
    expect(joinState).toBeDefined();
  });

  test('gets lines around its log', () => {
    const lines = [-1, 1].map((at) => ({ timeUs: T0_US + at, text: `at ${at}` }));
    const { record } = joinAll([[buildFragment({ lines })]], { logBytesMax }, whole);
    expect(record).toMatchObject({ log: 'at -1\nits log\nat 1', logCutBytes: 4 });
  });

  test('keeps all its fields, however many and long', () => {
    const names = Array.from({ length: 300 }, (_, at) => `f${at}`);
    const extra = Object.fromEntries(names.map((name) => [name, 'x'.repeat(40_000)]));
    const told = buildFragment({ facts: { ...facts, extra: { a: 1, f7: 'short' } } });
    const { record } = joinAll([[told], [told]], { logBytesMax }, { ...whole, extra });
    expect(record.extra).toEqual(extra);
  });

  test('that is running ends', () => {
    const running = { ...whole, retCode: 2, statusCode: 0, invokeFinished: false };
    const { record } = joinAll([[buildFragment({ facts })]], { logBytesMax }, running);
    expect(record).toMatchObject({ retCode: 1, statusCode: 430, invokeFinished: true });
  });

  test.each([
    ['no JSON', '{"v":1'],
    ['null', 'null'],
    ['an array', '[1]'],
    ['another version', '{"v":2}'],
    ['lists of different lengths', '{"v":1,"times":[1],"sizes":[7],"keys":[],"shownCount":1}'],
    [
      'sizes that are not those of the log',
      '{"v":1,"times":[1],"sizes":[3],"keys":["b"],"shownCount":1}',
    ],
    [
      'more lines shown than there are',
      '{"v":1,"times":[1],"sizes":[7],"keys":["b"],"shownCount":2}',
    ],
    ['a size below 0', '{"v":1,"times":[1],"sizes":[-7],"keys":["b"],"shownCount":1}'],
    ['a number that is text', '{"v":1,"seenUs":"1"}'],
    ['names that are numbers', '{"v":1,"given":[1]}'],
    ['no log', '{"v":1}'],
  ])('is what one with a joinState of %s counts as', (_what, joinState) => {
    const told = [[buildFragment({ facts, lines: [{ timeUs: T0_US + 1, text: 'more' }] })]];
    const { record } = joinAll(told, { logBytesMax }, { ...whole, joinState });
    expect(record).toEqual(joinAll(told, { logBytesMax }, whole).record);
  });
});
