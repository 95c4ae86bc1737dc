// Which record a fragment belongs to, where a request id may have been used again later on: of the
// records of its identity the nearest, if that is within the identity window.

import type { Invocation } from '../domain/invocation.ts';
import type { RunEvent } from './resolve-streams.ts';

/** Fragments of one request that make one record. */
export interface RecordEvents {
  /** Undefined for one that is new. */
  readonly record: Invocation | undefined;
  /** Where it stands in time before they are joined to it, in microseconds. */
  readonly startUs: number;
  readonly events: readonly RunEvent[];
}

export interface ChooseOptions {
  readonly identityWindowUs: number;
  /** The latest time that is known of a record's run. */
  readonly lastUsOf: (record: Invocation) => number;
}

/**
 * @param records all of one identity
 * @param events of that identity, in the order of arrival
 * @returns the records that are told something
 */
export function chooseRecords(
  records: readonly Invocation[],
  events: readonly RunEvent[],
  options: ChooseOptions,
): RecordEvents[] {
  const places = records.map((record) => new Place(record.startTimeUs, record, options));
  const added: Place[] = [];
  const arrival = new Map(events.map((event, at) => [event, at]));
  for (const event of [...events].sort((a, b) => a.atUs - b.atUs)) {
    // Only the latest of the new ones can be in reach of an event as late as this.
    const place = nearestOf([...places, ...added.slice(-1)], event, options);
    if (place === undefined) {
      const next = new Place(event.atUs, undefined, options);
      next.add(event);
      added.push(next);
    } else {
      place.add(event);
    }
  }
  return [...places, ...added]
    .filter((place) => place.events.length > 0)
    .map(({ record, startUs, events: own }) => ({
      record,
      startUs,
      events: own.sort((a, b) => (arrival.get(a) ?? 0) - (arrival.get(b) ?? 0)),
    }));
}

function nearestOf(
  places: readonly Place[],
  event: RunEvent,
  { identityWindowUs }: ChooseOptions,
): Place | undefined {
  let nearest: Place | undefined;
  let least = identityWindowUs;
  for (const place of places) {
    const distance = place.distanceTo(event);
    if (distance < least || (distance === least && nearest === undefined)) {
      nearest = place;
      least = distance;
    }
  }
  return nearest;
}

/** A record on the line of time. */
class Place {
  readonly startUs: number;
  readonly record: Invocation | undefined;
  readonly events: RunEvent[] = [];
  readonly #options: ChooseOptions;
  #lastUs: number | undefined;
  #heardUs: number;

  constructor(startUs: number, record: Invocation | undefined, options: ChooseOptions) {
    this.startUs = startUs;
    this.record = record;
    this.#options = options;
    this.#heardUs = startUs;
  }

  add(event: RunEvent): void {
    this.events.push(event);
    this.#heardUs = Math.max(this.#heardUs, event.atUs);
  }

  /**
   * A run that lasts longer than the window goes on as long as something is heard of it; one that
   * says that it began is measured by that alone.
   */
  distanceTo({ atUs, fragment }: RunEvent): number {
    const apart = Math.abs(this.startUs - atUs);
    const begins = fragment.facts.startTimeUs !== undefined;
    if (begins || apart <= this.#options.identityWindowUs || atUs < this.startUs) {
      return apart;
    }
    this.#lastUs ??= this.record === undefined ? 0 : this.#options.lastUsOf(this.record);
    return Math.max(atUs - Math.max(this.#lastUs, this.#heardUs), 0);
  }
}

/**
 * The start of a joined record. Every write finds the record that it takes the place of by its
 * start, so a start is not moved out of reach, nor to where another record is nearer.
 *
 * @param startUs as the fragments make it
 * @param own where the store has the record; undefined for one that is new
 * @param others where the other records of its identity stand
 */
export function isReachable(
  startUs: number,
  own: number | undefined,
  others: readonly number[],
  identityWindowUs: number,
): boolean {
  const apart = own === undefined ? identityWindowUs : Math.abs(startUs - own);
  return apart <= identityWindowUs && others.every((other) => Math.abs(other - startUs) > apart);
}
