import { expect, test } from 'vitest';
import { buildInvocation } from '../../../test/support/build-invocation.ts';
import { InvocationBlock } from '../../domain/invocation-block.ts';
import type { UnstoredRow } from './queries/unstored.ts';
import { HOUR_US } from './run-counts.ts';
import { UnstoredCounts } from './unstored-counts.ts';

const at = { namespace: 'default', functionName: 'f' };

/** Counts whose writes go into a list, or fail. */
function countsOf(cellsMax = 100) {
  const written: UnstoredRow[] = [];
  const disk = { isFull: false };
  const counts = new UnstoredCounts({
    cellsMax,
    write: async (rows) => {
      if (disk.isFull) {
        throw new Error('full');
      }
      written.push(...rows);
    },
  });
  return { counts, written, disk };
}

test('duplicates are counted by function and hour, however they follow each other', async () => {
  const { counts, written } = countsOf();
  const records = [
    { functionName: 'f', startTimeUs: 0 },
    { functionName: 'f', startTimeUs: 1 },
    { functionName: 'g', startTimeUs: 1 },
    { functionName: 'f', startTimeUs: HOUR_US },
    { functionName: 'f', startTimeUs: 2 },
  ].map(buildInvocation);
  const block = InvocationBlock.of(records);
  const outcomes = ['duplicate', 'accepted', 'duplicate', 'duplicate', 'duplicate'] as const;
  counts.noteDuplicates([block, block], [outcomes, ['accepted', 'duplicate']]);
  expect(counts.count(at)).toEqual({ duplicates: 4, rejected: 0 });
  expect(counts.count({ ...at, untilUs: HOUR_US })).toEqual({ duplicates: 3, rejected: 0 });
  expect(counts.count({ namespace: 'default' })).toEqual({ duplicates: 5, rejected: 0 });
  await counts.keepUp(true);
  const sums = written.map(({ functionName, hour, duplicates }) => [
    functionName,
    hour,
    duplicates,
  ]);
  expect(sums.sort()).toEqual([
    ['f', 0, 3],
    ['f', 1, 1],
    ['g', 0, 1],
  ]);
});

test('what could not be written down is written later, once, with what has come since', async () => {
  const { counts, written, disk } = countsOf();
  const note = () => counts.note({ ...at, startTimeUs: 0, kind: 'rejected' });
  note();
  disk.isFull = true;
  await expect(counts.keepUp(true)).rejects.toThrow('full');
  note();
  disk.isFull = false;
  await counts.keepUp(true);
  await counts.keepUp(true);
  expect(written).toEqual([{ ...at, hour: 0, duplicates: 0, rejected: 2 }]);
  expect(counts.count(at)).toEqual({ duplicates: 0, rejected: 2 });
});

test('over the bound the oldest hours are forgotten', () => {
  const { counts } = countsOf(10);
  for (let hour = 0; hour < 12; hour++) {
    counts.note({ ...at, startTimeUs: hour * HOUR_US, kind: 'rejected' });
  }
  expect(counts.count({ ...at, untilUs: HOUR_US }).rejected).toBe(0);
  expect(counts.count({ ...at, sinceUs: 9 * HOUR_US }).rejected).toBeGreaterThan(0);
});

test('while nothing can be written down, what waits for it stays of a size', async () => {
  const { counts, disk, written } = countsOf(10);
  disk.isFull = true;
  for (let hour = 0; hour < 1_000; hour++) {
    counts.note({ ...at, startTimeUs: hour * HOUR_US, kind: 'rejected' });
  }
  await expect(counts.keepUp(true)).rejects.toThrow();
  disk.isFull = false;
  await counts.keepUp(true);
  expect(written.length).toBe(20);
});
