import { describe, expect, test } from 'vitest';
import { parseMoment, parseWindow, stepSeconds, windowOf } from './time.ts';

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
    ['2026-01-31', new Date(2026, 0, 31).getTime()],
    ['yesterday', new Date(2026, 0, 30).getTime()],
  ])('%s', (text, ms) => {
    expect(parseMoment(text, NOW)).toBe(ms);
  });

  test.each(['', 'soon', '5', '5y', '2026-13-01', '2026-01-31 25:00', '12345678901234567'])(
    'is not: %s',
    (text) => {
      expect(parseMoment(text, NOW)).toBeUndefined();
    },
  );
});

test('a window is one moment, or two of any form', () => {
  expect(parseWindow('1h', NOW)).toEqual({ since: '1h', until: undefined });
  expect(parseWindow('2026-01-31T10:00:00Z to 2026-01-31T11:00:00Z', NOW)).toEqual({
    since: '2026-01-31T10:00:00.000Z',
    until: '2026-01-31T11:00:00.000Z',
  });
  expect(parseWindow('2h .. 1h', NOW)).toEqual({ since: '2h', until: '1h' });
  expect(parseWindow('1h to 2h', NOW)).toBeUndefined();
  expect(parseWindow('a to b', NOW)).toBeUndefined();
});

test('an address that says nonsense gets the last day', () => {
  const window = windowOf(new URLSearchParams('since=nonsense&until=1970-13-01'), NOW);
  expect(window).toEqual({ sinceMs: NOW - 86_400_000, untilMs: NOW, isLive: true });
  expect(stepSeconds(window, 120)).toBe(900);
});
