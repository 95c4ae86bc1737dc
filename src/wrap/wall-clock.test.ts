import { afterEach, describe, expect, test, vi } from 'vitest';
import { WallClock } from './wall-clock.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('the time of day', () => {
  test('is in whole microseconds, and follows the system', () => {
    const clock = new WallClock();
    const before = Date.now();
    const us = clock.nowUs();
    const after = Date.now();
    expect(Number.isSafeInteger(us)).toBe(true);
    expect(us).toBeGreaterThanOrEqual((before - 2) * 1_000);
    expect(us).toBeLessThanOrEqual((after + 3) * 1_000);
  });

  test('follows a system whose clock was set, or a process that stood still', () => {
    const clock = new WallClock();
    clock.nowUs();
    vi.useFakeTimers({ toFake: ['Date'] });
    for (const time of ['2031-05-06T07:08:09.010Z', '2001-01-01T00:00:00Z']) {
      vi.setSystemTime(time);
      expect(clock.nowUs()).toBe(Date.parse(time) * 1_000);
      expect(Math.abs(clock.nowUs() - Date.parse(time) * 1_000)).toBeLessThan(60_000_000);
    }
  });
});
