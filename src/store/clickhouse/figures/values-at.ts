// The values at some places among many, when all of them are sorted, and how many are below a value:
// from the marks, and the few values around them.

import {
  MARKED_EVERY,
  markCount,
  markedAt,
  type PackedValues,
  type Turns,
  unpack,
} from './packed-values.ts';
import { valuesBySteps } from './values-by-steps.ts';

/** So many are sorted as they are. */
const SORTED_MAX = 2_048;
/** So many are all unpacked, where they lie in many cells: of each, some values around a place would be. */
const UNPACKED_MAX = 100_000;
const UNPACKED_A_CELL_MAX = 1_500;
/** Of more, values between so many marks are. */
const MARKS_BETWEEN = 8;

/**
 * @param places counted from 0, each below the number of values
 * @returns the value at each place
 */
export async function valuesAt(
  all: readonly PackedValues[],
  places: readonly number[],
  turns: Turns,
): Promise<number[]> {
  const count = all.reduce((sum, packed) => sum + packed.count, 0);
  await turns.take(Math.min(2 * count, UNPACKED_MAX));
  if (count <= SORTED_MAX) {
    const sorted = unpackAll(all, count).sort();
    return places.map((place) => sorted[place] ?? Number.NaN);
  }
  if (count <= Math.min(UNPACKED_MAX, UNPACKED_A_CELL_MAX * all.length)) {
    return valuesBySteps(unpackAll(all, count), places);
  }
  const marks = sortedMarks(all);
  await turns.take(MARKED_EVERY * marks.length);
  const values: number[] = [];
  for (const place of places) {
    values.push(valueAt(all, place, marks));
    await turns.take(2 * MARKED_EVERY * all.length);
  }
  return values;
}

function unpackAll(all: readonly PackedValues[], count: number): Float64Array {
  const values = new Float64Array(count);
  let at = 0;
  for (const packed of all) {
    at += unpack(packed, 0, packed.count, values.subarray(at));
  }
  return values;
}

function sortedMarks(all: readonly PackedValues[]): Float64Array {
  const marks = new Float64Array(all.reduce((sum, packed) => sum + markCount(packed), 0));
  let at = 0;
  for (const packed of all) {
    for (let nth = 0; nth < markCount(packed); nth++) {
      marks[at++] = markedAt(packed, nth);
    }
  }
  return marks.sort();
}

/**
 * Each mark stands for MARKED_EVERY values at most, so those before a value are no more than the marks
 * before it say. And those up to a value are no fewer than the marks up to it say, but for what the last
 * mark of each of the packed values may not have. Counting narrows that down.
 */
function valueAt(all: readonly PackedValues[], place: number, marks: Float64Array): number {
  let low = Math.floor(place / MARKED_EVERY);
  const atMost = place + 1 + (MARKED_EVERY - 1) * all.length;
  let high = Math.ceil(atMost / MARKED_EVERY) - 1;
  while (high - low > MARKS_BETWEEN) {
    const middle = (low + high) >>> 1;
    if (countAllBelow(all, marks[middle] ?? Number.POSITIVE_INFINITY) <= place) {
      low = middle;
    } else {
      high = middle;
    }
  }
  const [from, to] = [marks[low] ?? 0, marks[high] ?? Number.POSITIVE_INFINITY];
  let before = 0;
  const within: number[] = [];
  for (const packed of all) {
    before += collect(packed, from, to, within);
  }
  return Float64Array.from(within).sort()[place - before] ?? Number.NaN;
}

function countAllBelow(all: readonly PackedValues[], value: number): number {
  let count = 0;
  for (const packed of all) {
    count += countBelow(packed, value);
  }
  return count;
}

const some = new Float64Array(MARKED_EVERY);

/**
 * @param into takes the values from one to the other, both with it
 * @returns how many are smaller
 */
function collect(packed: PackedValues, from: number, to: number, into: number[]): number {
  const begin = Math.max(0, marksBelow(packed, from) - 1);
  let before = begin * MARKED_EVERY;
  for (let nth = begin; nth < markCount(packed); nth++) {
    const count = unpack(packed, nth, MARKED_EVERY, some);
    for (let index = 0; index < count; index++) {
      const value = some[index] ?? 0;
      if (value > to) {
        return before;
      }
      if (value >= from) {
        into.push(value);
      } else {
        before += 1;
      }
    }
  }
  return before;
}

/** @returns how many marked values are below a value */
function marksBelow(packed: PackedValues, value: number): number {
  let [low, high] = [0, markCount(packed)];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (markedAt(packed, middle) < value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** @returns how many values are below a value */
export function countBelow(packed: PackedValues, value: number): number {
  const marks = marksBelow(packed, value);
  if (marks === 0) {
    return 0;
  }
  const count = unpack(packed, marks - 1, MARKED_EVERY, some);
  let index = 0;
  while (index < count && (some[index] ?? 0) < value) {
    index += 1;
  }
  return (marks - 1) * MARKED_EVERY + index;
}
