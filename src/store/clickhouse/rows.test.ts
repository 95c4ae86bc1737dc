import { describe, expect, test } from 'vitest';
import { buildInvocation } from '../../../test/support/build-invocation.ts';
import { encodeRow, prepareRow } from './rows.ts';

describe('a row', () => {
  const invocation = buildInvocation({
    startTimeUs: 1_767_225_600_000_001,
    extra: { 'a"b': null },
  });

  test('is one line of JSON with its place', () => {
    const line = encodeRow(prepareRow(invocation), { seq: 5, replaces: 3 });
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toMatchObject({
      seq: 5,
      replaces: 3,
      startTime: '1767225600.000001',
      invokeFinished: 1,
      extra: '{"a\\"b":null}',
    });
  });

  test.each([
    [0, '0000000000.000000'],
    [1, '0000000000.000001'],
    [1_000_000, '0000000001.000000'],
  ])('has a start of %i µs as %s seconds', (startTimeUs, startTime) => {
    const line = encodeRow(prepareRow({ ...invocation, startTimeUs }), { seq: 1, replaces: 0 });
    expect(JSON.parse(line).startTime).toBe(startTime);
  });

  test('has the fingerprint of its content, whatever the order of its fields', () => {
    const turned = Object.fromEntries(Object.entries(invocation).reverse());
    expect(prepareRow({ ...invocation, ...turned })).toEqual(prepareRow(invocation));
    expect(prepareRow({ ...invocation, log: 'other' }).contentHash).not.toBe(
      prepareRow(invocation).contentHash,
    );
  });

  test('has fingerprints that are exact numbers', () => {
    const { identityHash, contentHash } = prepareRow(invocation);
    expect(Number.isSafeInteger(identityHash)).toBe(true);
    expect(Number.isSafeInteger(contentHash)).toBe(true);
  });
});
