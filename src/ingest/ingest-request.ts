// What has become of one request so far: the records that wait for a block to fill, the blocks that
// are under way, and what was rejected.

import { AppError } from '../domain/errors.ts';
import type { InvocationBlock } from '../domain/invocation-block.ts';
import type { Receipt, Rejection, WriteOutcome } from '../domain/receipt.ts';
import type { Batcher } from './batcher.ts';
import type { BlockPool } from './block-pool.ts';
import type { IngestObserver, RejectionKind } from './ingest-observer.ts';

/** How many rejections a receipt spells out; all of them are counted. */
export const REJECTED_LISTED_MAX = 1_000;

/** Records of one block: while it is written, the next one of the same request is read. */
const BLOCK_ROWS_MAX = 10_240;
const BLOCK_BYTES_MAX = 10 * 1024 * 1024;
/** Blocks of one request that wait or are being written. */
const BLOCKS_AHEAD = 2;

export interface IngestRequestOptions {
  readonly batcher: Batcher;
  readonly pool: BlockPool;
}

export class IngestRequest {
  /** The records that were not handed on yet. */
  block: InvocationBlock;
  /** How many records were read, good ones and bad ones. */
  received = 0;
  readonly #options: IngestRequestOptions;
  readonly #sent: Promise<readonly WriteOutcome[]>[] = [];
  readonly #rejected: Rejection[] = [];
  readonly #rejectedByKind = new Map<RejectionKind, number>();
  #rejectedCount = 0;
  #cutRecords = 0;
  #cutBytes = 0;

  constructor(options: IngestRequestOptions) {
    this.#options = options;
    this.block = options.pool.take();
  }

  get isBlockFull(): boolean {
    return this.block.length >= BLOCK_ROWS_MAX || this.block.texts.log.end >= BLOCK_BYTES_MAX;
  }

  reject(kind: RejectionKind, rejection: Rejection): void {
    this.#rejectedCount += 1;
    this.#rejectedByKind.set(kind, (this.#rejectedByKind.get(kind) ?? 0) + 1);
    if (this.#rejected.length < REJECTED_LISTED_MAX) {
      this.#rejected.push(rejection);
    }
  }

  /** A log was cut by so many bytes. */
  noteCut(bytes: number): void {
    this.#cutRecords += 1;
    this.#cutBytes += bytes;
  }

  /** Hands the block on. Waits where too many of this request are under way. */
  async sendBlock(): Promise<void> {
    const { batcher, pool } = this.#options;
    const { block } = this;
    const sent = batcher.append(block);
    // It is awaited later, and may fail before that.
    sent.then(
      () => pool.give(block),
      () => pool.give(block),
    );
    this.#sent.push(sent);
    this.block = pool.take();
    await this.#sent.at(-1 - BLOCKS_AHEAD);
  }

  /**
   * @returns after everything that it counts is durable
   * @throws AppError all_rejected, and what the writes throw
   */
  async receipt(): Promise<Receipt> {
    if (this.block.length > 0) {
      await this.sendBlock();
    }
    if (this.#sent.length === 0) {
      throw this.#allRejected();
    }
    const count = { accepted: 0, replaced: 0, duplicate: 0 };
    for (const outcomes of await Promise.all(this.#sent)) {
      for (const outcome of outcomes) {
        count[outcome] += 1;
      }
    }
    const { accepted, replaced, duplicate } = count;
    return { accepted, replaced, duplicates: duplicate, ...this.#rejections() };
  }

  /** Tells the observer what was read, refused and cut; however the request ends. */
  tell(observer: IngestObserver, source: string): void {
    this.#options.pool.give(this.block);
    observer.received(source, this.received);
    for (const [kind, records] of this.#rejectedByKind) {
      observer.rejected(source, kind, records);
    }
    if (this.#cutRecords > 0) {
      observer.cut(source, this.#cutRecords, this.#cutBytes);
    }
  }

  #rejections() {
    return { rejectedCount: this.#rejectedCount, rejected: this.#rejected };
  }

  #allRejected(): AppError {
    const first = this.#rejected[0];
    const why =
      first === undefined
        ? 'the request holds no record'
        : `no record was taken; line ${first.line}: ${`${first.field} ${first.reason}`.trim()}`;
    return new AppError('all_rejected', why, {
      details: { accepted: 0, replaced: 0, duplicates: 0, ...this.#rejections() },
    });
  }
}
