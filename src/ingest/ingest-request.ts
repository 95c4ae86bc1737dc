// What has become of one request so far: the records that wait for a block to fill, the blocks that
// are under way, and what was rejected.

import type { InvocationBlock } from '../domain/invocation-block.ts';
import type { Receipt, WriteOutcome } from '../domain/receipt.ts';
import type { Batcher } from './batcher.ts';
import type { BlockPool } from './block-pool.ts';
import type { IngestObserver } from './ingest-observer.ts';
import { Rejections } from './rejections.ts';

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
  readonly rejections = new Rejections();
  readonly #options: IngestRequestOptions;
  readonly #sent: Promise<readonly WriteOutcome[]>[] = [];
  #cutRecords = 0;
  #cutBytes = 0;

  constructor(options: IngestRequestOptions) {
    this.#options = options;
    this.block = options.pool.take();
  }

  get isBlockFull(): boolean {
    return this.block.length >= BLOCK_ROWS_MAX || this.block.texts.log.end >= BLOCK_BYTES_MAX;
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
      throw this.rejections.allRejected({ what: 'record', place: 'line' });
    }
    const outcomes = (await Promise.all(this.#sent)).flat();
    return { ...countOutcomes(outcomes), ...this.rejections.told };
  }

  /** Tells the observer what was read, refused and cut; however the request ends. */
  tell(observer: IngestObserver, source: string): void {
    this.#options.pool.give(this.block);
    observer.received(source, this.received);
    this.rejections.tell(observer, source);
    if (this.#cutRecords > 0) {
      observer.cut(source, this.#cutRecords, this.#cutBytes);
    }
  }
}

/** What a receipt says of records that were written. */
export function countOutcomes(
  outcomes: readonly WriteOutcome[],
): Pick<Receipt, 'accepted' | 'replaced' | 'duplicates'> {
  const count = { accepted: 0, replaced: 0, duplicate: 0 };
  for (const outcome of outcomes) {
    count[outcome] += 1;
  }
  const { accepted, replaced, duplicate } = count;
  return { accepted, replaced, duplicates: duplicate };
}
