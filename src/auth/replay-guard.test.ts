// That no use of a nonce is admitted twice, within any bound of memory and any clock.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReplayGuard, type RequestUse } from './replay-guard.ts';

const NOW_S = 1_000_000;

function guardAt(start: { nowS: number }, entriesMax?: number): ReplayGuard {
  const clock = { now: () => start.nowS * 1000 };
  return new ReplayGuard({
    clock,
    windowMs: 100_000,
    ...(entriesMax === undefined ? {} : { entriesMax }),
  });
}

function use(timestampS: number, nonce: string, secretId = 'AKID'): RequestUse {
  return { secretId, nonce, timestampS };
}

describe('a replay guard', () => {
  test('admits a use once, and the same nonce with another key or timestamp', () => {
    const guard = guardAt({ nowS: NOW_S });
    expect(guard.admit(use(NOW_S, '1'))).toBe('new');
    expect(guard.admit(use(NOW_S, '1'))).toBe('seen');
    expect(guard.admit(use(NOW_S + 1, '1'))).toBe('new');
    expect(guard.admit(use(NOW_S, '1', 'AKID2'))).toBe('new');
    expect(guard.admit(use(NOW_S, '2'))).toBe('new');
  });

  test('gives up the oldest timestamps when full, and says so from then on', () => {
    const guard = guardAt({ nowS: NOW_S }, 3);
    expect(guard.admit(use(NOW_S - 2, '1'))).toBe('new');
    expect(guard.admit(use(NOW_S - 1, '1'))).toBe('new');
    expect(guard.admit(use(NOW_S, '1'))).toBe('new');
    expect(guard.admit(use(NOW_S, '2'))).toBe('new');
    expect(guard.admit(use(NOW_S - 2, '1'))).toBe('forgotten');
    expect(guard.admit(use(NOW_S - 2, '9'))).toBe('forgotten');
    expect(guard.admit(use(NOW_S - 9, '9'))).toBe('forgotten');
    expect(guard.admit(use(NOW_S - 1, '1'))).toBe('seen');
    expect(guard.admit(use(NOW_S, '1'))).toBe('seen');
  });

  test('refuses the use itself where it is of the timestamp given up', () => {
    const guard = guardAt({ nowS: NOW_S }, 1);
    expect(guard.admit(use(NOW_S, '1'))).toBe('new');
    expect(guard.admit(use(NOW_S, '2'))).toBe('forgotten');
    expect(guard.admit(use(NOW_S + 1, '1'))).toBe('new');
  });

  test.each([1, 50, 100_000])('makes room as uses leave the window, %d s at a time', (stepS) => {
    const time = { nowS: NOW_S };
    const guard = guardAt(time, 300);
    for (let step = 0; step < 1000; step += 1) {
      time.nowS += stepS;
      expect(guard.admit(use(time.nowS, '1'))).toBe('new');
      expect(guard.admit(use(time.nowS, '1'))).toBe('seen');
    }
  });

  test('goes on after the clock was set forward and back', () => {
    const time = { nowS: NOW_S };
    const guard = guardAt(time);
    time.nowS = NOW_S + 1_000_000;
    expect(guard.admit(use(time.nowS, '1'))).toBe('new');
    time.nowS = NOW_S;
    expect(guard.admit(use(NOW_S, '1'))).toBe('new');
    expect(guard.admit(use(NOW_S, '1'))).toBe('seen');
  });

  test('never admits the same use twice within the window, whatever its room', () => {
    const uses = fc.array(fc.tuple(fc.integer({ min: -100, max: 100 }), fc.nat({ max: 3 })), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(uses, fc.integer({ min: 1, max: 20 }), (drawn, entriesMax) => {
        const guard = guardAt({ nowS: NOW_S }, entriesMax);
        const admitted = new Set<string>();
        for (const [offS, nonce] of drawn) {
          if (guard.admit(use(NOW_S + offS, String(nonce))) === 'new') {
            expect(admitted).not.toContain(`${offS} ${nonce}`);
            admitted.add(`${offS} ${nonce}`);
          }
        }
      }),
    );
  });
});
