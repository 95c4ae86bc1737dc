import { describe, expect, test } from 'vitest';
import { parseRateLimits, type RateLimits } from './rate-limits.ts';

function rateLimitsOf(value: unknown): RateLimits {
  const parsed = parseRateLimits(value);
  if (!parsed.ok) {
    throw new Error(parsed.reason);
  }
  return parsed.rateLimits;
}

function reasonOf(value: unknown): string {
  const parsed = parseRateLimits(value);
  return parsed.ok ? 'accepted' : parsed.reason;
}

function namesOf(count: number): string[] {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  return Array.from(
    { length: count },
    (_, at) => `${letters[Math.floor(at / 26)]}${letters[at % 26]}`,
  );
}

describe('rates', () => {
  test('are the same as text and as an object', () => {
    const expected = { GetFunctionLogs: 20, '*': 100 };
    expect(rateLimitsOf('GetFunctionLogs=20,*=100')).toEqual(expected);
    expect(rateLimitsOf(' GetFunctionLogs = 20 , * = 100 ')).toEqual(expected);
    expect(rateLimitsOf(expected)).toEqual(expected);
    expect(rateLimitsOf({})).toEqual({});
  });

  test('reach from 1 to a million', () => {
    expect(rateLimitsOf('a=1,b=1000000')).toEqual({ a: 1, b: 1_000_000 });
    expect(rateLimitsOf({ a: 1, b: 1_000_000 })).toEqual({ a: 1, b: 1_000_000 });
  });

  test('are unknown for every action that is not named, whatever its name', () => {
    const rateLimits = rateLimitsOf('a=1');
    expect(rateLimits['constructor']).toBeUndefined();
    expect(rateLimits['toString']).toBeUndefined();
    expect(rateLimitsOf('constructor=2')['constructor']).toBe(2);
  });

  test('may be a hundred', () => {
    const text = (count: number) =>
      namesOf(count)
        .map((name) => `${name}=1`)
        .join(',');
    expect(Object.keys(rateLimitsOf(text(100)))).toHaveLength(100);
    expect(reasonOf(text(101))).toBe('101 actions are named; at most 100 are accepted');
  });

  test.each([
    ['', /^"" is not accepted; ACTION=NUMBER is, as in GetFunctionLogs=20,\*=100$/],
    ['GetFunctionLogs', /^"GetFunctionLogs" is not accepted/],
    ['a=1,', /^"" is not accepted/],
    ['a=1=2', /^"a=1=2" is not accepted/],
    ['a=', /^a is "".*from 1 to 1000000/],
    ['a=0', /^a is "0"/],
    ['a=1000001', /^a is "1000001"/],
    ['a=12345678', /^a is "12345678"/],
    ['a=1.5', /^a is "1.5"/],
    ['a=-1', /^a is "-1"/],
    ['a=0x10', /^a is "0x10"/],
    ['=1', /^the action "" is not accepted; 1 to 64 letters are, or \*/],
    ['Get Logs=1', /^the action "Get Logs"/],
    ['**=1', /^the action "\*\*"/],
    ['__proto__=1', /^the action "__proto__"/],
    [`${'a'.repeat(65)}=1`, /^the action "a{64}…"/],
    ['a=1,a=2', /^the action "a" is named twice/],
    ['a=1, a=1', /^the action "a" is named twice/],
    [{ a: '1' }, /^a is "1"/],
    [{ a: 1.5 }, /^a is "1.5"/],
    [{ a: null }, /^a is "null"/],
    [{ '': 1 }, /^the action ""/],
    [[], /^"\[\]" is not accepted; text or an object is/],
    [['a=1'], /not accepted; text or an object is/],
    [null, /^"null" is not accepted/],
    [20, /^"20" is not accepted/],
  ])('are refused where they are %j', (value, says) => {
    expect(reasonOf(value)).toMatch(says);
  });
});
