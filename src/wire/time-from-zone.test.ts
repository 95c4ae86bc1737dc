import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildReadZonedTime } from './time-from-zone.ts';
import { buildTimeText } from './time-in-zone.ts';

const utc = (text: string) => Date.parse(text) * 1000;

describe('reading the time of a zone', () => {
  test('turns the document’s example into UTC', () => {
    const us = utc('2017-04-19T14:16:00Z');
    expect(buildReadZonedTime('Asia/Shanghai')('2017-04-19 22:16:00')).toEqual({
      firstUs: us,
      lastUs: us,
    });
  });

  test.each(['Asia/Shanghai', 'UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'])(
    'reads back what is printed in %s',
    (timeZone) => {
      const read = buildReadZonedTime(timeZone);
      const print = buildTimeText(timeZone);
      const seconds = fc.integer({ min: 86_400, max: utc('2199-12-30T00:00:00Z') / 1_000_000 });
      fc.assert(
        fc.property(seconds, (second) => {
          const { firstUs, lastUs } = read(print(second * 1_000_000)) ?? { firstUs: 0, lastUs: 0 };
          expect([firstUs, lastUs]).toContain(second * 1_000_000);
          expect(print(firstUs)).toBe(print(lastUs));
        }),
        { numRuns: 300 },
      );
    },
  );

  test('gives both instants where clocks are put back, and one where they are put forward', () => {
    const read = buildReadZonedTime('America/New_York');
    expect(read('2025-11-02 01:30:00')).toEqual({
      firstUs: utc('2025-11-02T05:30:00Z'),
      lastUs: utc('2025-11-02T06:30:00Z'),
    });
    const skipped = utc('2025-03-09T07:30:00Z');
    expect(read('2025-03-09 02:30:00')).toEqual({ firstUs: skipped, lastUs: skipped });
  });

  test.each([
    '2019-05-16',
    '2019-05-16T20:00:00',
    '2019-05-16 20:00',
    '2019-05-16 24:00:00',
    '2019-05-16 20:60:00',
    '2019-02-29 00:00:00',
    '2019-13-01 00:00:00',
    '1969-12-31 23:00:00',
    '2200-01-02 00:00:00',
    ' 2019-05-16 20:00:00',
    '2019-05-16 20:00:00.5',
    '',
  ])('refuses %j', (text) => {
    expect(buildReadZonedTime('UTC')(text)).toBeUndefined();
  });
});
