// Short fingerprints of bytes: of an identity, to find candidates in the store quickly, and of a
// content, to tell a record sent again from a newer one. Two lanes that turn and multiply, word by
// word, mixed at the end; 52 bits in all, so that a fingerprint is a JavaScript number like any other.

const SEED_LOW = 0x2545f491;
const SEED_HIGH = 0x1e3779b1;
const FACTOR_LOW = 0x9e3779b1 | 0;
const FACTOR_HIGH = 0x85ebca77 | 0;
const HIGH_BITS = 0xfffff;
const TWO_32 = 0x1_0000_0000;

export class Fingerprint {
  #low = SEED_LOW;
  #high = SEED_HIGH;

  /** Adds bytes, and that they end here: what follows is never taken for a part of them. */
  add(bytes: DataView, from: number, to: number): void {
    let low = this.#low;
    let high = this.#high;
    let at = from;
    for (const end = to - 3; at < end; at += 4) {
      const word = bytes.getInt32(at, true);
      low = Math.imul(((low << 5) | (low >>> 27)) ^ word, FACTOR_LOW);
      high = Math.imul(((high << 11) | (high >>> 21)) ^ word, FACTOR_HIGH);
    }
    let rest = (to - from) << 24;
    for (; at < to; at++) {
      rest = (rest << 8) ^ bytes.getUint8(at);
    }
    this.#low = Math.imul(((low << 5) | (low >>> 27)) ^ rest, FACTOR_LOW);
    this.#high = Math.imul(((high << 11) | (high >>> 21)) ^ rest ^ (to - from), FACTOR_HIGH);
  }

  /** @param value a whole number, exact in JavaScript */
  addNumber(value: number): void {
    const lower = value | 0;
    const upper = Math.floor(value / TWO_32) | 0;
    const { imul } = Math;
    const low = imul(((this.#low << 5) | (this.#low >>> 27)) ^ lower, FACTOR_LOW);
    const high = imul(((this.#high << 11) | (this.#high >>> 21)) ^ lower, FACTOR_HIGH);
    this.#low = imul(((low << 5) | (low >>> 27)) ^ upper, FACTOR_LOW);
    this.#high = imul(((high << 11) | (high >>> 21)) ^ upper, FACTOR_HIGH);
  }

  /** @returns a whole number from 1 to 2^52 - 1; the next fingerprint begins */
  finish(): number {
    const low = finalMix(this.#low ^ (this.#high >>> 7)) >>> 0;
    const high = finalMix(this.#high ^ (this.#low >>> 9)) & HIGH_BITS;
    this.#low = SEED_LOW;
    this.#high = SEED_HIGH;
    return high * TWO_32 + low || 1;
  }
}

function finalMix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
