import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { billDurationMsOf, identityKey } from './invocation.ts';
import { buildInvocationQuery } from './invocation-query.ts';
import { statusCodeOf } from './status-code.ts';

describe('an identity', () => {
  const part = fc.constantFrom('', 'a', 'b', '"', ',', '","', '\\');
  const identity = fc.record({
    namespace: part,
    functionName: part,
    requestId: part,
    retryNum: fc.integer({ min: 0, max: 2 }),
  });

  test('has one key, and no other identity has it', () => {
    fc.assert(
      fc.property(identity, identity, (one, other) => {
        const same =
          one.namespace === other.namespace &&
          one.functionName === other.functionName &&
          one.requestId === other.requestId &&
          one.retryNum === other.retryNum;
        expect(identityKey(one) === identityKey(other)).toBe(same);
      }),
    );
  });
});

describe('what a producer left out', () => {
  test.each([
    [0, 0],
    [1, 100],
    [100_000, 100],
    [100_001, 200],
    [1_234_567, 1_300],
  ])('%i µs are billed as %i ms', (durationUs, billedMs) => {
    expect(billDurationMsOf(durationUs)).toBe(billedMs);
  });

  test.each([
    [0, 200],
    [2, 0],
    [1, 430],
    [3, 430],
    [-1, 430],
  ])('a run with return code %i has status code %i', (retCode, statusCode) => {
    expect(statusCodeOf(retCode)).toBe(statusCode);
  });
});

describe('a question', () => {
  test('about nothing is about the newest 20 of the default namespace', () => {
    expect(buildInvocationQuery({})).toEqual({
      namespace: 'default',
      orderBy: 'startTime',
      order: 'desc',
      limit: 20,
      offset: 0,
    });
  });

  test('with a field and no direction ascends', () => {
    expect(buildInvocationQuery({ orderBy: 'startTime' }).order).toBe('asc');
    expect(buildInvocationQuery({ orderBy: 'duration' }).order).toBe('asc');
  });

  test('with a direction alone is by start', () => {
    expect(buildInvocationQuery({ order: 'asc' })).toMatchObject({
      orderBy: 'startTime',
      order: 'asc',
    });
  });

  test('keeps everything that was given', () => {
    const whole = {
      namespace: 'prod',
      functionName: 'f',
      qualifier: '1',
      requestId: 'r',
      status: 'failed',
      sinceUs: 0,
      untilUs: 5,
      orderBy: 'memUsage',
      order: 'desc',
      limit: 0,
      offset: 7,
    } as const;
    expect(buildInvocationQuery(whole)).toEqual(whole);
  });
});
