// The one way in for every source of whole records: candidates in, durable records and a receipt out.

import type { Candidate, UnreadCandidate } from '../domain/candidate.ts';
import { type Clock, systemClock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import type { Invocation } from '../domain/invocation.ts';
import { InvocationBlock } from '../domain/invocation-block.ts';
import type { Receipt, WriteOutcome } from '../domain/receipt.ts';
import type { Batcher } from './batcher.ts';
import { BlockPool } from './block-pool.ts';
import { cutText } from './cut-text.ts';
import { type IngestObserver, silentObserver } from './ingest-observer.ts';
import { countOutcomes, IngestRequest } from './ingest-request.ts';
import { type ParseOptions, parseInvocation } from './parse-invocation.ts';
import { Pauses } from './pauses.ts';
import type { Redactor } from './redaction.ts';
import { type RejectedRecord, rejectedRecord } from './rejected-record.ts';

export interface IngestServiceOptions {
  readonly batcher: Batcher;
  readonly parse: ParseOptions;
  /** Undefined where nothing is redacted. */
  readonly redactor?: Pick<Redactor, 'appliesTo' | 'invocation'> | undefined;
  readonly observer?: IngestObserver;
  /** Told of every record that is rejected, where it may be said whose it is. */
  readonly onRejected?: (record: RejectedRecord) => void;
  readonly clock?: Clock;
}

export interface IngestOptions {
  /** Records of other namespaces are rejected. */
  readonly mayIngest: (namespace: string) => boolean;
}

type Candidates = Iterable<Candidate | UnreadCandidate>;
type CandidateParts = Iterable<Candidates> | AsyncIterable<Candidates>;

const NATIVE = 'native';
const RUNNER = 'runner';
const NOT_ALLOWED = { field: 'namespace', reason: 'this key may not write to it' } as const;

export class IngestService {
  readonly #batcher: Batcher;
  readonly #parse: ParseOptions;
  readonly #redactor: IngestServiceOptions['redactor'];
  readonly #observer: IngestObserver;
  readonly #onRejected: IngestServiceOptions['onRejected'];
  readonly #clock: Clock;
  readonly #pool = new BlockPool();

  constructor(options: IngestServiceOptions) {
    this.#batcher = options.batcher;
    this.#parse = options.parse;
    this.#redactor = options.redactor;
    this.#observer = options.observer ?? silentObserver;
    this.#onRejected = options.onRejected;
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * Takes the good records of a request and names the bad ones.
   *
   * @returns after everything that it counts as accepted, replaced or duplicate is durable
   * @throws AppError all_rejected where there is not one good record (details: the receipt);
   *   overloaded, storage_full, store_unavailable: some of the records may be stored all the same,
   *   and sending all of them again is safe
   */
  ingest(
    candidates: Iterable<Candidate | UnreadCandidate>,
    options: IngestOptions,
  ): Promise<Receipt> {
    return this.ingestStream([candidates], options);
  }

  /**
   * The same for a request that is still coming in: what of it has come is read before the rest is
   * asked for. Where it breaks off, some of its records may be stored all the same.
   */
  ingestStream(parts: CandidateParts, options: IngestOptions): Promise<Receipt> {
    return this.#observed(NATIVE, async () => {
      const request = new IngestRequest({ batcher: this.#batcher, pool: this.#pool });
      try {
        await this.#read(parts, options, request);
        return await request.receipt();
      } finally {
        request.tell(this.#observer, NATIVE);
      }
    });
  }

  /**
   * Takes records that are whole already: what the runner made.
   *
   * @returns one outcome a record, in the order of the records
   */
  async write(invocations: readonly Invocation[]): Promise<readonly WriteOutcome[]> {
    let outcomes: readonly WriteOutcome[] = [];
    await this.#observed(RUNNER, async () => {
      this.#observer.received(RUNNER, invocations.length);
      const bounded = invocations.map((invocation) => this.#redacted(this.#bounded(invocation)));
      outcomes = await this.#batcher.append(InvocationBlock.of(bounded));
      return { ...countOutcomes(outcomes), rejectedCount: 0, rejected: [] };
    });
    return outcomes;
  }

  async #observed(source: string, work: () => Promise<Receipt>): Promise<Receipt> {
    try {
      const receipt = await work();
      this.#observer.receipt(source, receipt);
      return receipt;
    } catch (error) {
      this.#observer.refused(source, error instanceof AppError ? error.code : 'internal');
      throw error;
    }
  }

  async #read(
    parts: CandidateParts,
    options: IngestOptions,
    request: IngestRequest,
  ): Promise<void> {
    const pauses = new Pauses();
    for await (const candidates of parts) {
      for (const candidate of candidates) {
        request.received += 1;
        this.#take(candidate, options, request);
        if (request.isBlockFull) {
          await request.sendBlock();
        }
        // Not awaited for every record: that alone would take as long as reading it.
        if (pauses.isDue) {
          await pauses.pause();
        }
      }
    }
  }

  #take(
    candidate: Candidate | UnreadCandidate,
    options: IngestOptions,
    request: IngestRequest,
  ): void {
    if (!('scanInto' in candidate)) {
      this.#takeRead(candidate, options, request);
    } else if (!candidate.scanInto(request.block)) {
      this.#takeRead(candidate.read(), options, request);
    } else if (!this.#isPlain(request.block, options)) {
      request.block.removeLast();
      this.#takeRead(candidate.read(), options, request);
    }
  }

  /** Whether the last record of a block may be written as it is; all before it may. */
  #isPlain(block: InvocationBlock, { mayIngest }: IngestOptions): boolean {
    const { namespace } = block.texts;
    const last = block.length - 1;
    if (last > 0 && namespace.sameAt(last, last - 1) && this.#redactor === undefined) {
      return true;
    }
    const name = namespace.textAt(last);
    return mayIngest(name) && this.#redactor?.appliesTo(name) !== true;
  }

  #takeRead(candidate: Candidate, { mayIngest }: IngestOptions, request: IngestRequest): void {
    const { line } = candidate;
    if ('unreadable' in candidate) {
      request.rejections.add('unreadable', { line, field: '', reason: candidate.unreadable });
      this.#noteRejected(undefined, mayIngest);
      return;
    }
    const parsed = parseInvocation(candidate.value, this.#parse);
    if (!parsed.ok) {
      request.rejections.add('invalid_field', { line, ...parsed.reason });
      this.#noteRejected(candidate.value, mayIngest);
      return;
    }
    const { invocation, cutBytes } = parsed;
    if (!mayIngest(invocation.namespace)) {
      request.rejections.add('forbidden_namespace', { line, ...NOT_ALLOWED });
      return;
    }
    request.block.append(this.#redacted(invocation));
    if (cutBytes > 0) {
      request.noteCut(cutBytes);
    }
  }

  /** @param value what came in; undefined where it could not be read */
  #noteRejected(value: unknown, mayIngest: IngestOptions['mayIngest']): void {
    if (this.#onRejected !== undefined) {
      const record = rejectedRecord(value, this.#clock.now());
      if (mayIngest(record.namespace)) {
        this.#onRejected(record);
      }
    }
  }

  #redacted(invocation: Invocation): Invocation {
    return this.#redactor?.invocation(invocation) ?? invocation;
  }

  /** What parsing sees to for records from outside: texts that the store takes, logs of bounded size. */
  #bounded(invocation: Invocation): Invocation {
    const { text, cutBytes } = cutText(invocation.log.toWellFormed(), this.#parse.logBytesMax);
    if (cutBytes > 0) {
      this.#observer.cut(RUNNER, 1, cutBytes);
    }
    return {
      ...invocation,
      retMsg: invocation.retMsg.toWellFormed(),
      log: text,
      logCutBytes: invocation.logCutBytes + cutBytes,
    };
  }
}
