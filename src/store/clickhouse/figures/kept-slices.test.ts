// What is let go of when there is no room for all.

import { describe, expect, test } from 'vitest';
import { KeptSlices } from './kept-slices.ts';

const place = (slice: number) => ({ namespace: 'default', slice });
const cells = (byteLength: number) => ({ byteLength });

describe('kept slices', () => {
  test('go when there is no room, those that were asked for longest ago first', () => {
    const kept = new KeptSlices(4_000);
    for (let slice = 0; slice < 3; slice++) {
      kept.keep(place(slice), cells(1_000), slice);
    }
    expect(kept.hasRoom).toBe(false);
    expect(kept.get(place(0))?.mark).toBe(0);
    kept.keep(place(3), cells(1_000), 3);
    expect([0, 1, 2, 3].map((slice) => kept.markOf(place(slice)))).toEqual([0, undefined, 2, 3]);
  });

  test('take the place of what was kept of the same slice, and its room', () => {
    const kept = new KeptSlices(4_000);
    for (let mark = 1; mark <= 100; mark++) {
      kept.keep(place(7), cells(1_000), mark);
    }
    kept.keep({ ...place(7), namespace: 'other' }, cells(1_000), 5);
    expect(kept.hasRoom).toBe(true);
    expect(kept.get(place(7))).toEqual({ cells: cells(1_000), mark: 100 });
    expect(kept.markOf({ ...place(7), namespace: 'other' })).toBe(5);
  });

  test('larger than all the room are not kept', () => {
    const kept = new KeptSlices(4_000);
    kept.keep(place(1), cells(10_000), 1);
    expect(kept.get(place(1))).toBeUndefined();
    expect(kept.hasRoom).toBe(true);
  });
});
