// What was read of a file, in requests of bounded size, one after the other: what comes later in the
// file counts as newer. While one is under way the next is read.

import type { Candidate } from '../../domain/candidate.ts';
import type { Rejection } from '../../domain/receipt.ts';
import { isDeeperThan } from '../../domain/record-bounds.ts';
import type { Place } from './place.ts';

export interface ImportTally {
  accepted: number;
  replaced: number;
  duplicates: number;
  rejected: number;
}

/** One that was not taken, as it was read; undefined where its bytes are no value. */
export interface RejectedRecord extends Rejection {
  readonly record: unknown;
}

/** A value, or why there is none. */
export type Item = Candidate & {
  /** Where to go on once it is done; left out where only what follows it ends something whole. */
  readonly after?: Place;
};

/** Of one request. */
export interface Outcome {
  readonly accepted: number;
  readonly replaced: number;
  readonly duplicates: number;
  /** How many were not taken, the listed ones included. */
  readonly rejectedCount: number;
  readonly rejected: readonly {
    /** Which value of the request. */
    readonly index: number;
    readonly field: string;
    readonly reason: string;
  }[];
}

export interface DeliverOptions {
  readonly recordsMax: number;
  readonly bytesMax: number;
  /** Whether a value has to have a request for itself. */
  readonly isAlone?: (value: unknown) => boolean;
  /** Durable on return. */
  readonly send: (values: readonly unknown[]) => Promise<Outcome>;
  readonly onRejected: (rejected: RejectedRecord) => void;
  /** After each request: where to go on, and how many items it held. */
  readonly onDone?: (place: Place | undefined, count: number) => Promise<void>;
  /** Ends the delivery after the request under way; what waits is not sent. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * @param tally is counted up as it goes, so that it is right after a failure too
 * @throws what `send` does; what `items` do, after all that was read before it is delivered
 */
export async function deliverBatches(
  items: AsyncIterable<Item>,
  tally: ImportTally,
  options: DeliverOptions,
): Promise<void> {
  const batches = new Batches(tally, options);
  const reading = { failure: undefined as unknown };
  for await (const item of untilFailure(items, reading)) {
    if (options.signal?.aborted) {
      await batches.underWay();
      return;
    }
    await batches.add(item);
  }
  await batches.flush();
  await batches.underWay();
  if (reading.failure !== undefined) {
    throw reading.failure;
  }
}

/** Failures of reading are told from those of sending: only after the first is there more to send. */
async function* untilFailure(
  items: AsyncIterable<Item>,
  reading: { failure: unknown },
): AsyncGenerator<Item> {
  try {
    yield* items;
  } catch (error) {
    reading.failure = error;
  }
}

class Batches {
  readonly #tally: ImportTally;
  readonly #options: DeliverOptions;
  #waiting: Item[] = [];
  #bytes = 0;
  #underWay: Promise<void> = Promise.resolve();

  constructor(tally: ImportTally, options: DeliverOptions) {
    this.#tally = tally;
    this.#options = options;
  }

  async add(read: Item): Promise<void> {
    const { recordsMax, bytesMax, isAlone } = this.#options;
    const item = sendable(read);
    const alone = 'value' in item && isAlone?.(item.value) === true;
    if (alone) {
      await this.flush();
    }
    this.#waiting.push(item);
    this.#bytes += 'value' in item ? item.bytes : 0;
    if (alone || this.#waiting.length >= recordsMax || this.#bytes >= bytesMax) {
      await this.flush();
    }
  }

  async flush(): Promise<void> {
    const batch = this.#waiting;
    [this.#waiting, this.#bytes] = [[], 0];
    await this.#underWay;
    if (batch.length > 0) {
      this.#underWay = this.#deliver(batch);
      // Whoever waits for it next gets the failure; until then nobody does.
      this.#underWay.catch(() => undefined);
    }
  }

  underWay(): Promise<void> {
    return this.#underWay;
  }

  async #deliver(batch: readonly Item[]): Promise<void> {
    const { send, onDone, onRejected } = this.#options;
    const read = batch.filter((item) => 'value' in item);
    // A value may hold several events.
    const refused = new Map<Item, RejectedRecord[]>();
    if (read.length > 0) {
      const outcome = await send(read.map(({ value }) => value));
      this.#tally.accepted += outcome.accepted;
      this.#tally.replaced += outcome.replaced;
      this.#tally.duplicates += outcome.duplicates;
      this.#tally.rejected += outcome.rejectedCount;
      for (const { index, field, reason } of outcome.rejected) {
        const item = read[index];
        if (item !== undefined) {
          const { line, value: record } = item;
          refused.set(item, [...(refused.get(item) ?? []), { line, field, reason, record }]);
        }
      }
    }
    this.#tally.rejected += batch.length - read.length;
    for (const item of batch) {
      const rejected = 'unreadable' in item ? [unreadable(item)] : refused.get(item);
      rejected?.forEach(onRejected);
    }
    await onDone?.(batch.findLast(({ after }) => after !== undefined)?.after, batch.length);
  }
}

function unreadable({ line, unreadable: reason }: Item & { unreadable: string }): RejectedRecord {
  return { line, field: '', reason, record: undefined };
}

/** Deeper than this takes thousands of bytes, and is near to where JSON.stringify has no stack left. */
const NESTING_MAX = 1_000;
const DEEP_BYTES_MIN = NESTING_MAX * 2;

function sendable(item: Item): Item {
  if (
    'unreadable' in item ||
    item.bytes < DEEP_BYTES_MIN ||
    !isDeeperThan(NESTING_MAX, item.value)
  ) {
    return item;
  }
  const { line, after } = item;
  const unreadable = `is nested over ${NESTING_MAX} levels deep`;
  return { line, unreadable, ...(after === undefined ? {} : { after }) };
}
