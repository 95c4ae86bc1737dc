import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRfc3339Us, TIME_US_MAX } from './rfc3339.ts';

const NOON_US = Date.UTC(2026, 0, 31, 12) * 1000;

describe('an RFC 3339 time', () => {
  test.each([
    ['2026-01-31T12:00:00Z', NOON_US],
    ['2026-01-31t12:00:00z', NOON_US],
    ['2026-01-31 12:00:00Z', NOON_US],
    ['2026-01-31T20:00:00+08:00', NOON_US],
    ['2026-01-31T06:30:00-05:30', NOON_US],
    ['2026-01-31T12:00:00.1Z', NOON_US + 100_000],
    ['2026-01-31T12:00:00.000001Z', NOON_US + 1],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29) * 1000],
    ['1970-01-01T00:00:00Z', 0],
    ['2199-12-31T23:59:59.999999Z', TIME_US_MAX - 1],
  ])('%s is read', (text, us) => {
    expect(parseRfc3339Us(text)).toBe(us);
  });

  test('digits beyond the microsecond are cut off, not rounded', () => {
    expect(parseRfc3339Us('2026-01-31T12:00:00.123456999Z')).toBe(NOON_US + 123_456);
  });

  test.each([
    ['no zone', '2026-01-31T12:00:00'],
    ['no time', '2026-01-31'],
    ['no seconds', '2026-01-31T12:00Z'],
    ['a day that does not exist', '2026-02-29T12:00:00Z'],
    ['a month that does not exist', '2026-13-01T12:00:00Z'],
    ['hour 24', '2026-01-31T24:00:00Z'],
    ['minute 60', '2026-01-31T12:60:00Z'],
    ['second 60', '2026-01-31T12:00:60Z'],
    ['a zone that does not exist', '2026-01-31T12:00:00+24:00'],
    ['a point without digits', '2026-01-31T12:00:00.Z'],
    ['ten digits of a second', '2026-01-31T12:00:00.0123456789Z'],
    ['before 1970', '1969-12-31T23:59:59Z'],
    ['before 1970 by its zone', '1970-01-01T00:00:00+00:01'],
    ['2200', '2200-01-01T00:00:00Z'],
    ['nothing', ''],
    ['text around it', ' 2026-01-31T12:00:00Z'],
  ])('%s is refused', (_why, text) => {
    expect(parseRfc3339Us(text)).toBeUndefined();
  });

  test('every microsecond from 1970 to 2200 is read as itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: TIME_US_MAX - 1 }), (us) => {
        const second = new Date(Math.floor(us / 1_000_000) * 1000).toISOString().slice(0, 19);
        const fraction = String(us % 1_000_000).padStart(6, '0');
        expect(parseRfc3339Us(`${second}.${fraction}Z`)).toBe(us);
      }),
    );
  });

  test('no text throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0129-:TZ+. ') }), (text) => {
        expect(parseRfc3339Us(text) ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
