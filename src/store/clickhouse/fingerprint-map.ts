// Fingerprints with one number each, in two arrays: a sixth of what a Map of numbers takes.

const CAPACITY_MIN = 1024;
/** Grows where more than this share is taken. */
const LOAD_MAX = 0.65;
const TWO_32 = 0x1_0000_0000;

export class FingerprintMap {
  /** 0 is an empty place. */
  #slots = new Float64Array(CAPACITY_MIN);
  #values = new Float64Array(CAPACITY_MIN);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /**
   * @param hash evenly spread, from 1 to 2^52
   * @returns its number; undefined where it is not there
   */
  get(hash: number): number | undefined {
    const place = placeOf(this.#slots, hash);
    return this.#slots[place] === hash ? this.#values[place] : undefined;
  }

  /**
   * Adds it with the number 0, or leaves it as it is.
   *
   * @returns whether it was not there before
   */
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

  /** Does nothing where the fingerprint is not there. */
  set(hash: number, value: number): void {
    const place = placeOf(this.#slots, hash);
    if (this.#slots[place] === hash) {
      this.#values[place] = value;
    }
  }

  #grow(): void {
    const slots = new Float64Array(this.#slots.length * 2);
    const values = new Float64Array(slots.length);
    for (const [from, hash] of this.#slots.entries()) {
      if (hash !== 0) {
        const to = placeOf(slots, hash);
        slots[to] = hash;
        values[to] = this.#values[from] ?? 0;
      }
    }
    this.#slots = slots;
    this.#values = values;
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
