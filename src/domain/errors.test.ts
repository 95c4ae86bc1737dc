import { describe, expect, test } from 'vitest';
import { AppError, shownValue } from './errors.ts';

describe('an error', () => {
  test('knows its kind and whether trying again helps from its code', () => {
    expect(new AppError('overloaded', 'later')).toMatchObject({
      kind: 'overload',
      retryable: true,
      details: {},
    });
    expect(new AppError('not_found', 'nothing')).toMatchObject({
      kind: 'caller',
      retryable: false,
    });
  });

  test('keeps its cause apart from its message', () => {
    const cause = new Error('inside');
    const error = new AppError('internal', 'something went wrong', { cause });
    expect(error.cause).toBe(cause);
    expect(error.message).toBe('something went wrong');
  });
});

describe('a value in a message', () => {
  test.each([
    ['a text', 'abc', '"abc"'],
    ['a number', 5, '"5"'],
    ['nothing', undefined, '"undefined"'],
    ['an object', { a: 1 }, '"{"a":1}"'],
    ['a long text', 'x'.repeat(1_000), `"${'x'.repeat(64)}…"`],
  ])('%s is quoted and cut', (_what, value, shown) => {
    expect(shownValue(value)).toBe(shown);
  });

  test('a character outside the basic plane is not cut in half', () => {
    expect(shownValue('😀'.repeat(100))).toBe(`"${'😀'.repeat(64)}…"`);
  });

  test('what is nested deeper than JSON can be written is shown all the same', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(shownValue(deep)).toBe('"[…]"');
    expect(shownValue({ deep })).toBe('"{…}"');
  });
});
