// Remembers which signed requests were seen, within a bound of memory, so that none is taken twice.
// It forgets on restart: what was signed before it within the window can then be sent once more.

import assert from 'node:assert/strict';
import type { Clock } from '../domain/clock.ts';

/** What makes a signed request one of a kind (wire facts A.5). */
export interface RequestUse {
  readonly secretId: string;
  /** Decimal digits without leading zeros. */
  readonly nonce: string;
  /** Unix seconds. */
  readonly timestampS: number;
}

/**
 * new: not seen before, and remembered from now on. seen: refuse. forgotten: it lies where memory
 * had to be given up, so nobody can say; refuse.
 */
export type Admission = 'new' | 'seen' | 'forgotten';

export interface ReplayGuardOptions {
  readonly clock: Clock;
  /** How far a request's timestamp may lie from now, either way; the check is the caller's. */
  readonly windowMs: number;
  /** The most requests remembered; each takes some 150 bytes. */
  readonly entriesMax?: number;
}

const ENTRIES_MAX_DEFAULT = 1_000_000;

export class ReplayGuard {
  readonly #clock: Clock;
  readonly #windowS: number;
  readonly #entriesMax: number;
  /** By timestamp, the uses seen. */
  readonly #seen = new Map<number, Set<string>>();
  #entries = 0;
  /** No timestamp up to here is remembered any more. */
  #expiredToS: number;
  /** Up to here memory was given up for room: nothing there can be called new. */
  #forgottenToS = Number.NEGATIVE_INFINITY;

  constructor(options: ReplayGuardOptions) {
    this.#clock = options.clock;
    this.#windowS = Math.ceil(options.windowMs / 1000);
    this.#entriesMax = options.entriesMax ?? ENTRIES_MAX_DEFAULT;
    assert(this.#entriesMax >= 1, 'a replay guard needs room for one request');
    this.#expiredToS = this.#oldestS() - 1;
  }

  /** Whether the request was never seen before; if so it is remembered. Call once per request. */
  admit(use: RequestUse): Admission {
    this.#dropThrough(this.#oldestS() - 1);
    if (use.timestampS <= this.#forgottenToS) {
      return 'forgotten';
    }
    // The nonce is digits, so the first slash ends it whatever the SecretId holds.
    const identity = `${use.nonce}/${use.secretId}`;
    if (this.#seen.get(use.timestampS)?.has(identity) === true) {
      return 'seen';
    }
    while (this.#entries >= this.#entriesMax) {
      this.#forgottenToS = Math.max(this.#forgottenToS, this.#dropOldest());
    }
    if (use.timestampS <= this.#forgottenToS) {
      return 'forgotten';
    }
    const bucket = this.#seen.get(use.timestampS) ?? new Set<string>();
    this.#seen.set(use.timestampS, bucket.add(identity));
    this.#entries += 1;
    return 'new';
  }

  #oldestS(): number {
    return Math.floor(this.#clock.now() / 1000) - this.#windowS;
  }

  #dropThrough(lastS: number): void {
    if (lastS - this.#expiredToS > this.#seen.size) {
      for (const timestampS of this.#seen.keys()) {
        if (timestampS <= lastS) {
          this.#drop(timestampS);
        }
      }
    } else {
      for (let timestampS = this.#expiredToS + 1; timestampS <= lastS; timestampS += 1) {
        this.#drop(timestampS);
      }
    }
    // Also backwards, after a clock that was set back: else older buckets were never visited again.
    this.#expiredToS = lastS;
  }

  /** The oldest bucket goes; returns its timestamp. */
  #dropOldest(): number {
    let oldestS = Number.POSITIVE_INFINITY;
    for (const timestampS of this.#seen.keys()) {
      oldestS = Math.min(oldestS, timestampS);
    }
    this.#drop(oldestS);
    return oldestS;
  }

  #drop(timestampS: number): void {
    this.#entries -= this.#seen.get(timestampS)?.size ?? 0;
    this.#seen.delete(timestampS);
  }
}
