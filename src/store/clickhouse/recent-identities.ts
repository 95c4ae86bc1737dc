// Which identities the store holds, by the hour of their start, for the hours that ingest is about,
// and with which content. A batch of new records, as nearly all are, then costs the engine no question
// at all, and neither do records that are sent again as they are. What else this takes for known is
// looked up: it may be known from an hour further away.

import { FingerprintMap } from './fingerprint-map.ts';

const HOUR_US = 3_600_000_000;
/** About 25 bytes each. Hours that were not asked for lately are forgotten. */
const HASHES_MAX = 2_000_000;
/** An hour of more records than this is not held: its identities are looked up one by one. */
const HOUR_HASHES_MAX = 1_000_000;
/** So many can be taken over without holding up everybody else for long. */
const LOADED_HASHES_MAX = 250_000;
/** A batch that is spread over more hours is looked up as a whole. */
const HOURS_AT_ONCE = 48;

/** @returns the identities stored with starts in these hours, undefined where they are too many */
type LoadHours = (range: {
  readonly fromUs: number;
  readonly toUs: number;
  readonly hashesMax: number;
}) => Promise<Iterable<HeldIdentity> | undefined>;

/** Fingerprints of what the store holds. */
export interface HeldIdentity {
  readonly startTimeUs: number;
  readonly hash: number;
  /** 0: of a record that is out of sight. */
  readonly contentHash: number;
}

export interface RecentIdentitiesOptions {
  readonly identityWindowUs: number;
  readonly loadHours: LoadHours;
}

export class RecentIdentities {
  readonly #options: RecentIdentitiesOptions;
  /** The hour that was asked for last comes last. Undefined: it holds too many to be kept here. */
  readonly #hours = new Map<number, FingerprintMap | undefined>();
  #count = 0;

  constructor(options: RecentIdentitiesOptions) {
    this.#options = options;
  }

  /**
   * Loads what is missing to decide about records with these starts.
   *
   * @returns false where the span is too long to be held: everything in it has to be looked up
   */
  async prepare(fromUs: number, toUs: number): Promise<boolean> {
    const { identityWindowUs } = this.#options;
    const first = hourOf(Math.max(0, fromUs - identityWindowUs));
    const last = hourOf(toUs + identityWindowUs);
    if (last - first >= HOURS_AT_ONCE) {
      return false;
    }
    const missing: number[] = [];
    for (let hour = first; hour <= last; hour++) {
      const held = this.#hours.get(hour);
      if (held === undefined && !this.#hours.has(hour)) {
        missing.push(hour);
      } else {
        this.#hours.delete(hour);
        this.#hours.set(hour, held);
      }
    }
    await this.#load(missing);
    this.#forget(first, last);
    return true;
  }

  /**
   * To be called after `prepare` with this start.
   *
   * @returns whether the store may hold the identity within the window; false is certain
   */
  mayHold(hash: number, startTimeUs: number): boolean {
    const { identityWindowUs } = this.#options;
    const last = hourOf(startTimeUs + identityWindowUs);
    for (let hour = hourOf(Math.max(0, startTimeUs - identityWindowUs)); hour <= last; hour++) {
      const held = this.#hours.get(hour);
      if (held === undefined || held.get(hash) !== undefined) {
        return true;
      }
    }
    return false;
  }

  /** Whether the record is stored and in sight just as it is; true is certain. */
  holds({ hash, startTimeUs, contentHash }: HeldIdentity): boolean {
    // The fingerprint of the content covers the start, so only one hour can have it.
    return this.#hours.get(hourOf(startTimeUs))?.get(hash) === contentHash;
  }

  /** Notes a record that is stored and in sight from now on. */
  noteStored({ hash, startTimeUs, contentHash }: HeldIdentity): void {
    this.#hours.get(hourOf(startTimeUs))?.set(hash, contentHash);
  }

  /** Notes that the record of this identity and start is out of sight from now on. */
  noteReplaced(hash: number, startTimeUs: number): void {
    this.#hours.get(hourOf(startTimeUs))?.set(hash, 0);
  }

  /** Notes a record that is about to be written. */
  add(hash: number, startTimeUs: number): void {
    const held = this.#hours.get(hourOf(startTimeUs));
    if (held?.add(hash) === true) {
      this.#count += 1;
    }
  }

  async #load(missing: readonly number[]): Promise<void> {
    const [first, last] = [missing[0], missing.at(-1)];
    if (first === undefined || last === undefined) {
      return;
    }
    const found = await this.#options.loadHours({
      fromUs: first * HOUR_US,
      toUs: (last + 1) * HOUR_US,
      hashesMax: LOADED_HASHES_MAX,
    });
    for (const hour of missing) {
      this.#hours.set(hour, found === undefined ? undefined : new FingerprintMap());
    }
    for (const identity of found ?? []) {
      this.add(identity.hash, identity.startTimeUs);
      if (identity.contentHash !== 0) {
        this.noteStored(identity);
      }
    }
  }

  /** Forgets the hours that were asked for longest ago; never those of this batch. */
  #forget(first: number, last: number): void {
    for (const [hour, held] of this.#hours) {
      const isNeeded = hour >= first && hour <= last;
      if (this.#count <= HASHES_MAX && this.#hours.size <= 2 * HOURS_AT_ONCE) {
        return;
      }
      if (!isNeeded) {
        this.#hours.delete(hour);
        this.#count -= held?.size ?? 0;
      } else if (held !== undefined && held.size > HOUR_HASHES_MAX) {
        this.#hours.set(hour, undefined);
        this.#count -= held.size;
      }
    }
  }
}

function hourOf(us: number): number {
  return Math.floor(us / HOUR_US);
}
