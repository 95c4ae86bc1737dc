import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FingerprintMap } from './fingerprint-map.ts';
import { type HeldIdentity, RecentIdentities } from './recent-identities.ts';

const HOUR_US = 3_600_000_000;

describe('a map of fingerprints', () => {
  test('holds what was added with its number, and nothing else', () => {
    const hash = fc.integer({ min: 1, max: 2 ** 52 - 1 });
    const pairs = fc.array(fc.tuple(hash, fc.integer({ min: 0, max: 9 })), { maxLength: 3_000 });
    fc.assert(
      fc.property(pairs, fc.array(hash), (added, asked) => {
        const [ours, theirs] = [new FingerprintMap(), new Map<number, number>()];
        for (const [key, value] of added) {
          ours.set(key, 9);
          expect(ours.add(key)).toBe(!theirs.has(key));
          ours.set(key, value);
          theirs.set(key, value);
        }
        expect(ours.size).toBe(theirs.size);
        for (const key of [...theirs.keys(), ...asked]) {
          expect(ours.get(key)).toBe(theirs.get(key));
        }
      }),
      { numRuns: 30 },
    );
  });
});

/** A store with some identities, that counts how often it is asked. */
function recentOf(stored: readonly HeldIdentity[]) {
  const asked: string[] = [];
  const recent = new RecentIdentities({
    identityWindowUs: HOUR_US,
    loadHours: async ({ fromUs, toUs, hashesMax }) => {
      asked.push(`${fromUs / HOUR_US}-${toUs / HOUR_US}`);
      const found = stored.filter(({ startTimeUs }) => startTimeUs >= fromUs && startTimeUs < toUs);
      return found.length > hashesMax ? undefined : found;
    },
  });
  return { recent, asked };
}

describe('what the store holds', () => {
  test('is found within the window, from every hour near by', async () => {
    const stored = [
      { startTimeUs: 10.5 * HOUR_US, hash: 1, contentHash: 7 },
      { startTimeUs: 11.5 * HOUR_US, hash: 2, contentHash: 0 },
    ];
    const { recent, asked } = recentOf(stored);
    expect(await recent.prepare(11 * HOUR_US, 11 * HOUR_US)).toBe(true);
    expect(asked).toEqual(['10-13']);
    expect(recent.mayHold(1, 11 * HOUR_US)).toBe(true);
    expect(recent.mayHold(2, 11 * HOUR_US)).toBe(true);
    expect(recent.mayHold(3, 11 * HOUR_US)).toBe(false);
    recent.add(3, 11 * HOUR_US);
    expect(recent.mayHold(3, 11.2 * HOUR_US)).toBe(true);
  });

  test('is told with its content, as long as it is in sight', async () => {
    const inSight = { startTimeUs: 10.5 * HOUR_US, hash: 1, contentHash: 7 };
    const outOfSight = { startTimeUs: 11.5 * HOUR_US, hash: 2, contentHash: 0 };
    const { recent } = recentOf([inSight, outOfSight]);
    expect(recent.holds(inSight)).toBe(false);
    await recent.prepare(11 * HOUR_US, 11 * HOUR_US);
    expect(recent.holds(inSight)).toBe(true);
    expect(recent.holds({ ...inSight, contentHash: 8 })).toBe(false);
    expect(recent.holds({ ...inSight, startTimeUs: 11.5 * HOUR_US })).toBe(false);
    expect(recent.holds({ ...outOfSight, contentHash: 9 })).toBe(false);
    recent.noteReplaced(1, inSight.startTimeUs);
    expect(recent.holds(inSight)).toBe(false);
    expect(recent.mayHold(1, inSight.startTimeUs)).toBe(true);
    recent.add(3, inSight.startTimeUs);
    recent.noteStored({ ...inSight, hash: 3 });
    expect(recent.holds({ ...inSight, hash: 3 })).toBe(true);
  });

  test('is asked for once', async () => {
    const { recent, asked } = recentOf([]);
    await recent.prepare(11 * HOUR_US, 12 * HOUR_US);
    await recent.prepare(11 * HOUR_US, 12 * HOUR_US);
    await recent.prepare(13 * HOUR_US, 13 * HOUR_US);
    expect(asked).toEqual(['10-14', '14-15']);
  });

  test('counts as known where nothing is known of its hour', async () => {
    const { recent } = recentOf([]);
    expect(recent.mayHold(5, 40 * HOUR_US)).toBe(true);
    expect(await recent.prepare(0, 1_000 * HOUR_US)).toBe(false);
  });

  test('is bounded: hours that nobody asks for are forgotten and loaded anew', async () => {
    const { recent, asked } = recentOf([]);
    for (let hour = 10; hour < 20; hour++) {
      await recent.prepare(hour * HOUR_US, hour * HOUR_US);
      for (let hash = 1; hash <= 300_000; hash++) {
        recent.add(hour * 1_000_000 + hash, hour * HOUR_US);
      }
    }
    const before = asked.length;
    await recent.prepare(19 * HOUR_US, 19 * HOUR_US);
    expect(asked).toHaveLength(before);
    await recent.prepare(10 * HOUR_US, 10 * HOUR_US);
    expect(asked.length).toBeGreaterThan(before);
    expect(recent.mayHold(10_000_001, 10 * HOUR_US)).toBe(false);
  });
});
