import { describe, expect, test } from 'vitest';
import { microsecondAfter, parseMoment, parseWindow, stepSeconds, windowOf } from './time.ts';

const NOW = Date.UTC(2026, 0, 31, 12);

describe('a moment', () => {
  test.each([
    ['90s', NOW - 90_000],
    ['5m', NOW - 300_000],
    ['1h30m', NOW - 5_400_000],
    ['2d', NOW - 172_800_000],
    ['now', NOW],
    ['2026-01-31T11:00:00Z', NOW - 3_600_000],
    ['2026-01-31 11:00+00:00', NOW - 3_600_000],
    [String(NOW), NOW],
    [String(NOW / 1_000), NOW],
    ['2026-01-31 11:00', new Date(2026, 0, 31, 11).getTime()],
    ['2026-01-31T11:00:30.5', new Date(2026, 0, 31, 11, 0, 30, 500).getTime()],
    ['2026-01-31t11:00:00z', NOW - 3_600_000],
    ['2024-02-29', new Date(2024, 1, 29).getTime()],
    ['2026-01-31', new Date(2026, 0, 31).getTime()],
    ['yesterday', new Date(2026, 0, 30).getTime()],
  ])('%s', (text, ms) => {
    expect(parseMoment(text, NOW)).toBe(ms);
  });

  test.each([
    ...['', 'soon', '5', '5y', '12345678901234567', '2026-01-31 25:00', '2026-13-01'],
    ...['2026-02-30', '2026-02-29 10:00', '2026-04-31T10:00:00Z', '2026-01-00'],
  ])('is not: %s', (text) => {
    expect(parseMoment(text, NOW)).toBeUndefined();
  });
});

test('a window is one moment, or two of any form', () => {
  expect(parseWindow('1h', NOW)).toEqual({ since: '1h', until: undefined });
  expect(parseWindow('2026-01-31T10:00:00Z to 2026-01-31T11:00:00Z', NOW)).toEqual({
    since: '2026-01-31T10:00:00.000Z',
    until: '2026-01-31T11:00:00.000Z',
  });
  expect(parseWindow('2h .. 1h', NOW)).toEqual({ since: '2h', until: '1h' });
  const local = (hour: number) => new Date(2026, 0, 31, hour).toISOString();
  expect(parseWindow('2026-01-31T10:00:00', NOW)).toEqual({ since: local(10), until: undefined });
  expect(parseWindow('2026-01-31T08:00 – Now', NOW)).toEqual({ since: local(8), until: undefined });
  expect(parseWindow('Yesterday to 1H', NOW)).toEqual({
    since: new Date(2026, 0, 30).toISOString(),
    until: '1h',
  });
});

test.each(['1h to 2h', 'a to b', 'now', '2026-02-30', '2027-01-01', '3h to 2h to 1h', '1h to'])(
  'is no window: %s',
  (text) => {
    expect(parseWindow(text, NOW)).toBeUndefined();
  },
);

test('what a window is written as is read as the same window', () => {
  const written = parseWindow('2026-01-31T08:00:00 to 2026-01-31T09:30', NOW);
  const window = windowOf(new URLSearchParams({ ...written, until: written?.until ?? '' }), NOW);
  expect(window.sinceMs).toBe(new Date(2026, 0, 31, 8).getTime());
  expect(window.untilMs).toBe(new Date(2026, 0, 31, 9, 30).getTime());
});

test('an address that says nonsense gets the last day', () => {
  const window = windowOf(new URLSearchParams('since=nonsense&until=1970-13-01'), NOW);
  expect(window).toEqual({ sinceMs: NOW - 86_400_000, untilMs: NOW, isLive: true });
  expect(stepSeconds(window, 120)).toBe(900);
});

test('an address whose clock stopped has the same window ever after', () => {
  const stopped = new URLSearchParams({ since: '1h', at: String(NOW) });
  const window = { sinceMs: NOW - 3_600_000, untilMs: NOW, isLive: false };
  expect(windowOf(stopped, NOW)).toEqual(window);
  expect(windowOf(stopped, NOW + 86_400_000)).toEqual(window);
  stopped.set('at', 'soon');
  expect(windowOf(stopped, NOW).isLive).toBe(true);
});

test.each([
  ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000001Z'],
  ['2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00.500001Z'],
  ['2026-01-31T12:00:00.123456Z', '2026-01-31T12:00:00.123457Z'],
  ['2026-01-31T23:59:59.999999Z', '2026-02-01T00:00:00.000Z'],
])('the microsecond after %s', (time, after) => {
  expect(microsecondAfter(time)).toBe(after);
});
