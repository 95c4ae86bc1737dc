// The records of one identity while requests are joined to them, one request after the other.

import type { Invocation } from '../domain/invocation.ts';
import { chooseRecords, isReachable, type RecordEvents } from './choose-record.ts';
import { joinFragments } from './join-fragments.ts';
import { lastUsOf } from './join-state.ts';
import type { RunEvent } from './resolve-streams.ts';

export interface RunRecordsOptions {
  readonly logBytesMax: number;
  /** Starts further apart than this are different runs. */
  readonly identityWindowUs: number;
}

export class RunRecords {
  readonly #options: RunRecordsOptions;
  /** For each record, where the store has it; undefined for one that is new. */
  readonly #storedStarts = new Map<Invocation, number | undefined>();
  readonly #changed = new Set<Invocation>();

  /** @param stored all records of the identity */
  constructor(stored: readonly Invocation[], options: RunRecordsOptions) {
    this.#options = options;
    for (const record of stored) {
      this.#storedStarts.set(record, record.startTimeUs);
    }
  }

  /** The records that are not in the store as they are here. */
  get changed(): ReadonlySet<Invocation> {
    return this.#changed;
  }

  /**
   * @param events of one request, in the order of arrival
   * @returns those that told something new
   */
  join(events: readonly RunEvent[]): RunEvent[] {
    const records = [...this.#storedStarts.keys()];
    const chosen = chooseRecords(records, events, { ...this.#options, lastUsOf });
    return chosen.flatMap((one) => this.#joinOne(one));
  }

  #joinOne({ record, startUs, events }: RecordEvents): RunEvent[] {
    const fragments = events.map(({ fragment }) => fragment);
    const { invocation, news } = joinFragments(record, fragments, this.#options);
    if (invocation !== record) {
      const next = { ...invocation, startTimeUs: this.#startOf(invocation, record, startUs) };
      this.#replace(record, next);
    }
    return events.filter((_event, at) => news[at]);
  }

  #startOf(joined: Invocation, old: Invocation | undefined, startUs: number): number {
    const own = old && this.#storedStarts.get(old);
    const others = [...this.#storedStarts]
      .filter(([record]) => record !== old)
      .map(([record, storedUs]) => storedUs ?? record.startTimeUs);
    return isReachable(joined.startTimeUs, own, others, this.#options.identityWindowUs)
      ? joined.startTimeUs
      : startUs;
  }

  #replace(old: Invocation | undefined, next: Invocation): void {
    const storedUs = old && this.#storedStarts.get(old);
    if (old !== undefined) {
      this.#storedStarts.delete(old);
      this.#changed.delete(old);
    }
    this.#storedStarts.set(next, storedUs);
    this.#changed.add(next);
  }
}
