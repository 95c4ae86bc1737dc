import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../domain/errors.ts';
import { parseTimeUs } from './parse-time.ts';

const NOW_MS = Date.UTC(2026, 0, 31, 12, 34, 56, 789);

function parsed(text: string): number {
  return parseTimeUs(text, '--since', NOW_MS);
}

function localUs(...[year, month, day, hour, minute, second]: [number, number, ...number[]]) {
  return new Date(year, month - 1, day, hour ?? 0, minute ?? 0, second ?? 0).getTime() * 1000;
}

describe('a time ago', () => {
  test.each([
    ['90s', 90],
    ['5m', 300],
    ['1h30m', 5_400],
    ['2d', 172_800],
    ['1w2d3h4m5s', 788_645],
    ['0s', 0],
    ['now', 0],
  ])('%s is %i seconds ago', (text, seconds) => {
    expect(parsed(text)).toBe((NOW_MS - seconds * 1000) * 1000);
  });
});

describe('a day by name', () => {
  test('begins at midnight of this machine', () => {
    const today = new Date(NOW_MS);
    const [year, month, day] = [today.getFullYear(), today.getMonth() + 1, today.getDate()];
    expect(parsed('today')).toBe(localUs(year, month, day));
    expect(parsed('yesterday')).toBe(localUs(year, month, day - 1));
  });
});

describe('a date', () => {
  test.each([
    ['2026-01-31', localUs(2026, 1, 31)],
    ['2026-01-31 12:00', localUs(2026, 1, 31, 12)],
    ['2026-01-31 12:00:05', localUs(2026, 1, 31, 12, 0, 5)],
    ['2026-01-31T12:00:05', localUs(2026, 1, 31, 12, 0, 5)],
    ['2024-02-29', localUs(2024, 2, 29)],
  ])('%s is of this machine’s zone', (text, us) => {
    expect(parsed(text)).toBe(us);
  });

  test.each([
    ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12) * 1000],
    ['2026-01-31T20:00:00.000001+08:00', Date.UTC(2026, 0, 31, 12) * 1000 + 1],
  ])('%s is of its own zone', (text, us) => {
    expect(parsed(text)).toBe(us);
  });
});

describe('an epoch', () => {
  test.each([
    ['1700000000', 1_700_000_000_000_000],
    ['1700000000.5', 1_700_000_000_500_000],
    ['1700000000123', 1_700_000_000_123_000],
    ['1700000000123.456789', 1_700_000_000_123_456],
  ])('%s is seconds or milliseconds', (text, us) => {
    expect(parsed(text)).toBe(us);
  });

  test('of seconds keeps every microsecond', () => {
    fc.assert(
      fc.property(fc.nat(999_999), (us) => {
        const text = `1700000000.${String(us).padStart(6, '0')}`;
        expect(parsed(text)).toBe(1_700_000_000_000_000 + us);
      }),
      { examples: [[249], [251], [489]] },
    );
  });
});

describe('any other text', () => {
  test.each([
    '',
    ' ',
    'tomorrow',
    '5',
    '5x',
    '-5m',
    '5m1h',
    '1.5h',
    '17000000000',
    '2026-02-29',
    '2026-13-01',
    '2026-01-31 24:00',
    '2026-01-31 12:60',
    '2026-01-31 12:00:60',
    '0075-01-01',
    '1969-12-31T00:00:00Z',
    '9999-12-31',
    '9999999999999',
    '99999d',
    '99999999999999999999w',
  ])('is refused by option and value: %j', (text) => {
    try {
      parsed(text);
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({ code: 'invalid_parameter' });
      expect(String(error)).toContain(`--since is "${text}": it takes 90s`);
      return;
    }
    throw new Error('it was accepted');
  });
});
