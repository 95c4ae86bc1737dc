import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HashSet } from './hash-set.ts';
import { RecentIdentities } from './recent-identities.ts';

const HOUR_US = 3_600_000_000;

describe('a set of fingerprints', () => {
  test('holds what was added and nothing else', () => {
    const hashes = fc.array(fc.integer({ min: 1, max: 2 ** 52 - 1 }), { maxLength: 3_000 });
    fc.assert(
      fc.property(hashes, hashes, (added, asked) => {
        const [ours, theirs] = [new HashSet(), new Set<number>()];
        for (const hash of added) {
          expect(ours.add(hash)).toBe(!theirs.has(hash));
          theirs.add(hash);
        }
        expect(ours.size).toBe(theirs.size);
        for (const hash of [...added, ...asked]) {
          expect(ours.has(hash)).toBe(theirs.has(hash));
        }
      }),
      { numRuns: 30 },
    );
  });
});

/** A store with some identities, that counts how often it is asked. */
function recentOf(stored: readonly { startTimeUs: number; hash: number }[]) {
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
      { startTimeUs: 10.5 * HOUR_US, hash: 1 },
      { startTimeUs: 11.5 * HOUR_US, hash: 2 },
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
