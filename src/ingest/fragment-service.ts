// The way in for sources that tell of a run bit by bit: fragments in, one record a run and a
// receipt out. What is acknowledged is durable; where anything fails, nothing is acknowledged, and
// sending it again is safe.

import { type Clock, systemClock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import type { Fragment, FragmentCandidate } from '../domain/fragment.ts';
import type { Receipt } from '../domain/receipt.ts';
import { type IngestObserver, silentObserver } from './ingest-observer.ts';
import type { Redactor } from './redaction.ts';
import { type RejectedRecord, rejectedRecord } from './rejected-record.ts';
import { type AskLatestRuns, StreamResolver } from './resolve-streams.ts';
import { RunJoiner, type RunJoinerOptions } from './run-joiner.ts';
import {
  type SortedFragments,
  type SortedFragmentsOptions,
  type SortOptions,
  sortFragments,
} from './sort-fragments.ts';
import { tooBusyFor } from './too-busy.ts';

export interface FragmentServiceOptions extends RunJoinerOptions {
  /** As InvocationReader.latestRuns says. */
  readonly latestRuns: AskLatestRuns;
  /** Of all requests that are being joined; over it they are refused. */
  readonly waitingBytesMax: number;
  /** Undefined where nothing is redacted. */
  readonly redactor?: Pick<Redactor, 'fragment'> | undefined;
  readonly observer?: IngestObserver;
  readonly clock?: Clock;
  /** Told of each event that is not taken, whose namespace its sender may write to. */
  readonly onRejected?: (record: RejectedRecord) => void;
}

type OnRejected = SortedFragmentsOptions['onRejected'];

export class FragmentService {
  readonly #streams: StreamResolver;
  readonly #joiner: RunJoiner;
  readonly #waitingBytesMax: number;
  readonly #redactor: FragmentServiceOptions['redactor'];
  readonly #observer: IngestObserver;
  readonly #clock: Clock;
  readonly #onRejected: FragmentServiceOptions['onRejected'];
  #waitingBytes = 0;

  constructor(options: FragmentServiceOptions) {
    const { latestRuns, recordsToJoin, waitingBytesMax } = options;
    this.#streams = new StreamResolver((query) => forIngest(latestRuns(query)));
    this.#joiner = new RunJoiner({
      ...options,
      recordsToJoin: (runs, range) => forIngest(recordsToJoin(runs, range)),
    });
    this.#waitingBytesMax = waitingBytesMax;
    this.#redactor = options.redactor;
    this.#observer = options.observer ?? silentObserver;
    this.#clock = options.clock ?? systemClock;
    this.#onRejected = options.onRejected;
  }

  /**
   * Joins the good fragments of a request to the records of their runs and names the bad ones.
   *
   * @returns after everything that it counts is durable: as accepted the events that told something
   *   new, as duplicates those that did not
   * @throws AppError all_rejected where there is not one good event (details: the receipt);
   *   overloaded, storage_full, store_unavailable
   */
  async ingest(candidates: Iterable<FragmentCandidate>, options: SortOptions): Promise<Receipt> {
    const { source } = options;
    try {
      const receipt = await this.#ingest(candidates, options);
      this.#observer.receipt(source, receipt);
      return receipt;
    } catch (error) {
      this.#observer.refused(source, error instanceof AppError ? error.code : 'internal');
      throw error;
    }
  }

  async #ingest(candidates: Iterable<FragmentCandidate>, options: SortOptions): Promise<Receipt> {
    const { source } = options;
    const onRejected = (fragment: Fragment | undefined) => this.#noteRejected(fragment, options);
    const sorted = await sortFragments(candidates, options, {
      redact: (fragment) => this.#redactor?.fragment(fragment) ?? fragment,
      onRejected,
    });
    this.#observer.received(source, sorted.events.length + sorted.rejections.count);
    try {
      return await this.#admitAndJoin(sorted, onRejected);
    } finally {
      sorted.rejections.tell(this.#observer, source);
    }
  }

  #noteRejected(fragment: Fragment | undefined, { mayIngest }: SortOptions): void {
    if (this.#onRejected !== undefined) {
      const said = fragment && { ...fragment, startTime: fragment.timeUs / 1000 };
      const record = rejectedRecord(said, this.#clock.now());
      if (mayIngest(record.namespace)) {
        this.#onRejected(record);
      }
    }
  }

  async #admitAndJoin(sorted: SortedFragments, onRejected: OnRejected): Promise<Receipt> {
    this.#admit(sorted.bytes);
    try {
      return await this.#join(sorted, onRejected);
    } finally {
      this.#waitingBytes -= sorted.bytes;
    }
  }

  async #join(sorted: SortedFragments, onRejected: OnRejected): Promise<Receipt> {
    const { events, unresolved } = await this.#streams.resolve(sorted.events);
    for (const { line, fragment } of unresolved) {
      const reason = whyUnresolved(fragment.stream);
      sorted.rejections.add('no_run', { line, field: 'requestId', reason });
      onRejected(fragment);
    }
    if (events.length === 0) {
      throw sorted.rejections.allRejected({ what: 'event', place: 'event' });
    }
    const accepted = await this.#joiner.join(events);
    const duplicates = events.length - accepted;
    return { accepted, replaced: 0, duplicates, ...sorted.rejections.told };
  }

  #admit(bytes: number): void {
    const waitingBytesMax = this.#waitingBytesMax;
    // As with the batcher, a request that is alone may be of any size.
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > waitingBytesMax) {
      throw new AppError(
        'overloaded',
        `${this.#waitingBytes} bytes of events are being joined and ${bytes} more are over the bound of ${waitingBytesMax}; send them again later`,
        { details: { waitingBytesMax } },
      );
    }
    this.#waitingBytes += bytes;
  }
}

function whyUnresolved(stream: string | undefined): string {
  return stream === undefined
    ? 'is missing, and the event names no stream whose runs it could be of'
    : 'is missing, and no run of its stream is known that began before it; send its start first';
}

async function forIngest<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    throw tooBusyFor('events', error);
  }
}
