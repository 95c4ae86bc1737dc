// Whole numbers, smallest first, kept as their differences: seven bits a byte, the lowest first, the
// eighth says that more follow. Values of one function lie close together: one or two bytes each. Every
// so many values one is marked, so that a few of them can be found without unpacking all.

import { setImmediate as nextTurn } from 'node:timers/promises';

const MORE = 0x80;
const SEVEN_BITS = 0x7f;
/** The value at this place is marked, and at every multiple of it. */
export const MARKED_EVERY = 128;

/** Some values within bytes that hold others as well. */
export interface PackedValues {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly count: number;
  /** The marked values, but for the first one, and where the bytes of the next one begin. */
  readonly marks: Float64Array;
  readonly markEnds: Uint32Array;
  /** Its own among them. */
  readonly markAt: number;
}

/** Takes values of one cell after the other. */
export class Packer {
  readonly #bytes: Uint8Array;
  readonly #marks: Float64Array;
  readonly #markEnds: Uint32Array;
  #at = 0;
  #markAt = 0;

  /** @param all what will be packed: first values, and how much larger each next one is */
  constructor(all: readonly (readonly number[])[]) {
    this.#bytes = new Uint8Array(all.reduce((sum, one) => sum + packedLength(one), 0));
    const marks = all.reduce((sum, { length }) => sum + marksOf(length), 0);
    this.#marks = new Float64Array(marks);
    this.#markEnds = new Uint32Array(marks);
  }

  get byteLength(): number {
    return this.#bytes.byteLength + this.#marks.byteLength + this.#markEnds.byteLength;
  }

  /** @returns where they are: in the bytes, and their first mark */
  pack(differences: readonly number[]): { readonly at: number; readonly markAt: number } {
    const begin = { at: this.#at, markAt: this.#markAt };
    let value = 0;
    for (const [place, difference] of differences.entries()) {
      value += difference;
      let rest = difference;
      while (rest > SEVEN_BITS) {
        this.#bytes[this.#at++] = (rest % MORE) | MORE;
        rest = Math.floor(rest / MORE);
      }
      this.#bytes[this.#at++] = rest;
      if (place > 0 && place % MARKED_EVERY === 0) {
        this.#marks[this.#markAt] = value;
        this.#markEnds[this.#markAt] = this.#at;
        this.#markAt += 1;
      }
    }
    return begin;
  }

  valuesAt(place: { readonly at: number; readonly count: number; readonly markAt: number }) {
    const [bytes, marks, markEnds] = [this.#bytes, this.#marks, this.#markEnds];
    return { bytes, marks, markEnds, ...place } satisfies PackedValues;
  }
}

function packedLength(differences: readonly number[]): number {
  let length = differences.length;
  for (const difference of differences) {
    for (let rest = difference; rest > SEVEN_BITS; rest = Math.floor(rest / MORE)) {
      length += 1;
    }
  }
  return length;
}

/** @returns how many values besides the first are marked */
function marksOf(count: number): number {
  return Math.max(0, Math.ceil(count / MARKED_EVERY) - 1);
}

/** @returns the value at a multiple of MARKED_EVERY */
export function markedAt(packed: PackedValues, nth: number): number {
  return nth === 0 ? firstOf(packed) : (packed.marks[packed.markAt + nth - 1] ?? 0);
}

/** @returns how many values are marked, the first one too */
export function markCount({ count }: PackedValues): number {
  return Math.ceil(count / MARKED_EVERY);
}

const first = new Float64Array(1);

function firstOf(packed: PackedValues): number {
  return unpack(packed, 0, 1, first) === 0 ? 0 : (first[0] ?? 0);
}

/** What is worked on in one go: more would hold up the event loop. */
const VALUES_IN_A_TURN = 1_000_000;

/**
 * Values from a mark on.
 *
 * @param nth of the mark: the first value is the one at this multiple of MARKED_EVERY
 * @param into takes them from its begin on; has room for them
 * @returns how many there were
 */
export function unpack(
  { bytes, at, count, marks, markEnds, markAt }: PackedValues,
  nth: number,
  countMax: number,
  into: Float64Array,
): number {
  const length = Math.min(count - nth * MARKED_EVERY, countMax);
  const mark = markAt + nth - 1;
  let next = nth === 0 ? at : (markEnds[mark] ?? 0);
  let value = nth === 0 ? 0 : (marks[mark] ?? 0);
  let index = 0;
  if (nth > 0) {
    into[0] = value;
    index = 1;
  }
  for (; index < length; index++) {
    let byte = bytes[next++] ?? 0;
    let scale = 1;
    while (byte >= MORE) {
      value += (byte & SEVEN_BITS) * scale;
      scale *= MORE;
      byte = bytes[next++] ?? 0;
    }
    value += byte * scale;
    into[index] = value;
  }
  return length;
}

/** Lets others have their turn now and then. */
export class Turns {
  #values = 0;

  /** To be awaited where it is given. @param values how many have been worked on since the last call */
  take(values: number): Promise<void> | undefined {
    this.#values += values;
    if (this.#values < VALUES_IN_A_TURN) {
      return undefined;
    }
    this.#values = 0;
    return nextTurn();
  }
}
