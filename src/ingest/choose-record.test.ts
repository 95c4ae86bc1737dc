import { describe, expect, test } from 'vitest';
import { buildFragment, T0_US } from '../../test/support/build-fragment.ts';
import { buildInvocation } from '../../test/support/build-invocation.ts';
import type { RunFacts } from '../domain/fragment.ts';
import { chooseRecords, isReachable } from './choose-record.ts';

const WINDOW_US = 1_000;
const options = { identityWindowUs: WINDOW_US, lastUsOf: () => 0 };

function recordAt(us: number) {
  return buildInvocation({ requestId: `at ${us}`, startTimeUs: T0_US + us });
}

function eventAt(us: number, facts: RunFacts = {}) {
  const fragment = { ...buildFragment({ timeUs: T0_US + us, facts }), requestId: 'r' };
  return { line: us, fragment, atUs: T0_US + us };
}

function chosen(starts: number[], events: ReturnType<typeof eventAt>[], lastUs = 0) {
  const lastUsOf = () => T0_US + lastUs;
  return chooseRecords(starts.map(recordAt), events, { ...options, lastUsOf }).map((one) => [
    one.record === undefined ? `new at ${one.startUs - T0_US}` : one.record.requestId,
    one.events.map(({ line }) => line),
  ]);
}

describe('an event', () => {
  test('belongs to the nearest record within the window', () => {
    expect(chosen([0, 1_500], [eventAt(700), eventAt(-1_000), eventAt(800)])).toEqual([
      ['at 0', [700, -1_000]],
      ['at 1500', [800]],
    ]);
  });

  test('out of reach of all makes a record of its own', () => {
    expect(chosen([0], [eventAt(5_000), eventAt(-1_001), eventAt(1), eventAt(4_990)])).toEqual([
      ['at 0', [1]],
      ['new at -1001', [-1_001]],
      ['new at 4990', [5_000, 4_990]],
    ]);
  });

  test('goes on with what was last heard of a run', () => {
    expect(chosen([0], [eventAt(2_900), eventAt(3_800)], 2_000)).toEqual([
      ['at 0', [2_900, 3_800]],
    ]);
    expect(chosen([0], [eventAt(3_001)], 2_000)).toEqual([['new at 3001', [3_001]]]);
    expect(chosen([], [eventAt(0), eventAt(900), eventAt(1_800)])).toEqual([
      ['new at 0', [0, 900, 1_800]],
    ]);
  });

  test('that says when its run began is measured by that alone', () => {
    const facts = { startTimeUs: T0_US + 1_100 };
    expect(chosen([0], [eventAt(1_100, facts)], 2_000)).toEqual([['new at 1100', [1_100]]]);
  });
});

test('a start moves only where the next write finds the record by it', () => {
  expect(isReachable(1_000, 0, [], WINDOW_US)).toBe(true);
  expect(isReachable(1_001, 0, [], WINDOW_US)).toBe(false);
  expect(isReachable(900, 0, [1_600], WINDOW_US)).toBe(false);
  expect(isReachable(700, 0, [1_600], WINDOW_US)).toBe(true);
  expect(isReachable(1_000, undefined, [], WINDOW_US)).toBe(true);
  expect(isReachable(1_000, undefined, [0], WINDOW_US)).toBe(false);
  expect(isReachable(1_001, undefined, [0], WINDOW_US)).toBe(true);
});
