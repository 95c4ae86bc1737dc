// Local times against Intl and against known changes of offset.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildTimeText } from './time-in-zone.ts';

const usOf = (text: string) => Date.parse(text) * 1000;

describe('the time of a zone', () => {
  test('is eight hours ahead of UTC in Shanghai, as the vendor prints it', () => {
    const text = buildTimeText('Asia/Shanghai');
    expect(text(usOf('2017-04-19T14:16:00Z'))).toBe('2017-04-19 22:16:00');
    expect(text(usOf('2017-09-18T09:14:01.217Z'))).toBe('2017-09-18 17:14:01');
    expect(text(usOf('2019-12-31T16:00:00Z'))).toBe('2020-01-01 00:00:00');
  });

  test('cuts fractions off, before 1970 too', () => {
    const text = buildTimeText('UTC');
    expect(text(1_999_999)).toBe('1970-01-01 00:00:01');
    expect(text(-1)).toBe('1969-12-31 23:59:59');
  });

  test.each([
    ['Europe/Berlin', '2024-03-31T00:59:59Z', '2024-03-31 01:59:59'],
    ['Europe/Berlin', '2024-03-31T01:00:00Z', '2024-03-31 03:00:00'],
    ['Europe/Berlin', '2024-10-27T00:59:59Z', '2024-10-27 02:59:59'],
    ['Europe/Berlin', '2024-10-27T01:00:00Z', '2024-10-27 02:00:00'],
    ['Australia/Lord_Howe', '2024-04-06T14:59:59Z', '2024-04-07 01:59:59'],
    ['Australia/Lord_Howe', '2024-04-06T15:00:00Z', '2024-04-07 01:30:00'],
    ['Asia/Kathmandu', '2024-01-01T00:00:00Z', '2024-01-01 05:45:00'],
    // A change in the middle of a quarter hour, from an offset that has seconds.
    ['Africa/Monrovia', '1972-01-07T00:44:29Z', '1972-01-06 23:59:59'],
    ['Africa/Monrovia', '1972-01-07T00:44:30Z', '1972-01-07 00:44:30'],
  ])('in %s %s is %s', (zone, instant, expected) => {
    expect(buildTimeText(zone)(usOf(instant))).toBe(expected);
  });

  test.each(['America/New_York', 'Asia/Shanghai', 'Africa/Casablanca'])(
    'is what Intl says for any second since 1900 in %s',
    (timeZone) => {
      const text = buildTimeText(timeZone);
      const format = new Intl.DateTimeFormat('sv-SE', {
        timeZone,
        dateStyle: 'short',
        timeStyle: 'medium',
      });
      fc.assert(
        fc.property(fc.integer({ min: -2_208_988_800, max: 4_102_444_800 }), (timeS) => {
          expect(text(timeS * 1_000_000)).toBe(format.format(timeS * 1000));
        }),
        { numRuns: 1000 },
      );
    },
  );

  test('is refused for a zone that does not exist', () => {
    expect(() => buildTimeText('Asia/Atlantis')).toThrow(
      expect.objectContaining({
        code: 'invalid_setting',
        message: expect.stringContaining('time zone "Asia/Atlantis" is not known'),
      }),
    );
  });
});
