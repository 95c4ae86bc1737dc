// The one way in for every source: candidates in, durable records and a receipt out.

import { setImmediate } from 'node:timers/promises';
import type { Candidate } from '../domain/candidate.ts';
import { AppError } from '../domain/errors.ts';
import type { Invocation } from '../domain/invocation.ts';
import type { Receipt, Rejection } from '../domain/receipt.ts';
import type { Batcher } from './batcher.ts';
import { cutText } from './cut-text.ts';
import { type ParseOptions, parseInvocation } from './parse-invocation.ts';

export interface IngestServiceOptions {
  readonly batcher: Batcher;
  readonly parse: ParseOptions;
}

export interface IngestOptions {
  /** Records of other namespaces are rejected. */
  readonly mayIngest: (namespace: string) => boolean;
}

/** How many rejections a receipt spells out; all of them are counted. */
export const REJECTED_LISTED_MAX = 1_000;

/** Parsing pauses after this long, so that other callers are served in between. */
const PARSE_SLICE_MS = 20;

export class IngestService {
  readonly #batcher: Batcher;
  readonly #parse: ParseOptions;

  constructor(options: IngestServiceOptions) {
    this.#batcher = options.batcher;
    this.#parse = options.parse;
  }

  /**
   * Takes the good records of a request and names the bad ones.
   *
   * @returns after everything that it counts as accepted, replaced or duplicate is durable
   * @throws AppError all_rejected where there is not one good record (details: the receipt);
   *   overloaded, storage_full, store_unavailable
   */
  async ingest(candidates: Iterable<Candidate>, options: IngestOptions): Promise<Receipt> {
    const { invocations, bytes, rejected, rejectedCount } = await this.#sort(candidates, options);
    if (invocations.length === 0) {
      throw allRejected(rejected, rejectedCount);
    }
    return { ...(await this.#append(invocations, bytes)), rejectedCount, rejected };
  }

  /**
   * Takes records that are whole already: what the runner made.
   *
   * @param bytes roughly what they take in memory
   */
  async write(invocations: readonly Invocation[], bytes: number): Promise<Receipt> {
    const bounded = invocations.map((invocation) => boundTexts(invocation, this.#parse));
    return await this.#append(bounded, bytes);
  }

  async #append(invocations: readonly Invocation[], bytes: number): Promise<Receipt> {
    const outcomes = await this.#batcher.append(invocations, bytes);
    const count = { accepted: 0, replaced: 0, duplicate: 0 };
    for (const outcome of outcomes) {
      count[outcome] += 1;
    }
    const { accepted, replaced, duplicate } = count;
    return { accepted, replaced, duplicates: duplicate, rejectedCount: 0, rejected: [] };
  }

  async #sort(candidates: Iterable<Candidate>, options: IngestOptions): Promise<Sorted> {
    const sorted: Sorted = { invocations: [], rejected: [], rejectedCount: 0, bytes: 0 };
    let pauseAt = performance.now() + PARSE_SLICE_MS;
    for (const candidate of candidates) {
      this.#sortOne(candidate, options, sorted);
      if (performance.now() > pauseAt) {
        await setImmediate();
        pauseAt = performance.now() + PARSE_SLICE_MS;
      }
    }
    return sorted;
  }

  #sortOne(candidate: Candidate, { mayIngest }: IngestOptions, sorted: Sorted): void {
    const { line } = candidate;
    if ('unreadable' in candidate) {
      reject(sorted, { line, field: '', reason: candidate.unreadable });
      return;
    }
    const parsed = parseInvocation(candidate.value, this.#parse);
    if (!parsed.ok) {
      reject(sorted, { line, ...parsed.reason });
    } else if (mayIngest(parsed.invocation.namespace)) {
      sorted.invocations.push(parsed.invocation);
      sorted.bytes += candidate.bytes;
    } else {
      reject(sorted, { line, field: 'namespace', reason: 'this key may not write to it' });
    }
  }
}

interface Sorted {
  readonly invocations: Invocation[];
  readonly rejected: Rejection[];
  rejectedCount: number;
  bytes: number;
}

function reject(sorted: Sorted, rejection: Rejection): void {
  sorted.rejectedCount += 1;
  if (sorted.rejected.length < REJECTED_LISTED_MAX) {
    sorted.rejected.push(rejection);
  }
}

/** What parsing sees to for records from outside: texts that the store takes, logs of bounded size. */
function boundTexts(invocation: Invocation, { logBytesMax }: ParseOptions): Invocation {
  const { text, cutBytes } = cutText(invocation.log.toWellFormed(), logBytesMax);
  return {
    ...invocation,
    retMsg: invocation.retMsg.toWellFormed(),
    log: text,
    logCutBytes: invocation.logCutBytes + cutBytes,
  };
}

function allRejected(rejected: readonly Rejection[], rejectedCount: number): AppError {
  const first = rejected[0];
  const why =
    first === undefined
      ? 'the request holds no record'
      : `no record was taken; line ${first.line}: ${first.field} ${first.reason}`.replace(
          '  ',
          ' ',
        );
  return new AppError('all_rejected', why, {
    details: { accepted: 0, replaced: 0, duplicates: 0, rejectedCount, rejected },
  });
}
