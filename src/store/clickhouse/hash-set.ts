// A set of fingerprints in one array: a twelfth of what a Set of numbers takes.

const CAPACITY_MIN = 1024;
/** Grows where more than this share is taken. */
const LOAD_MAX = 0.65;
const TWO_32 = 0x1_0000_0000;

export class HashSet {
  /** 0 is an empty place. */
  #slots = new Float64Array(CAPACITY_MIN);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param hash evenly spread, from 1 to 2^52 */
  has(hash: number): boolean {
    return this.#slots[placeOf(this.#slots, hash)] === hash;
  }

  /** @returns whether it was not there before */
  add(hash: number): boolean {
    const place = placeOf(this.#slots, hash);
    if (this.#slots[place] === hash) {
      return false;
    }
    this.#slots[place] = hash;
    this.#size += 1;
    if (this.#size > this.#slots.length * LOAD_MAX) {
      this.#grow();
    }
    return true;
  }

  #grow(): void {
    const larger = new Float64Array(this.#slots.length * 2);
    for (const hash of this.#slots) {
      if (hash !== 0) {
        larger[placeOf(larger, hash)] = hash;
      }
    }
    this.#slots = larger;
  }
}

/** Where the hash stands, or the empty place where it belongs. */
function placeOf(slots: Float64Array, hash: number): number {
  const last = slots.length - 1;
  let place = (hash % TWO_32) & last;
  while (slots[place] !== 0 && slots[place] !== hash) {
    place = (place + 1) & last;
  }
  return place;
}
