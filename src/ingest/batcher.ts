// Group commit: what many callers bring at the same time becomes durable in one write, and each
// is answered when its own records are. While one write is under way, the next batch fills.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../domain/errors.ts';
import type { InvocationBlock } from '../domain/invocation-block.ts';
import type { InvocationWriter } from '../domain/ports.ts';
import type { WriteOutcome } from '../domain/receipt.ts';
import { type IngestObserver, silentObserver } from './ingest-observer.ts';
import { tooBusyFor } from './too-busy.ts';

export interface BatcherOptions {
  readonly writer: InvocationWriter;
  /** Records of one write; a block is never split, so one block alone may go over. */
  readonly batchRowsMax: number;
  readonly batchBytesMax: number;
  /** How long an idle batcher waits for company before it writes. */
  readonly lingerMs: number;
  /** All that waits or is being written; over it callers are refused. */
  readonly waitingBytesMax: number;
  readonly observer?: IngestObserver;
}

interface Waiting {
  readonly block: InvocationBlock;
  readonly bytes: number;
  readonly resolve: (outcomes: readonly WriteOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Each brings a reply and, soon after, the caller's next request. */
const TOLD_IN_A_TURN = 16;

export class Batcher {
  readonly #options: BatcherOptions;
  readonly #observer: IngestObserver;
  #queue: Waiting[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#observer = options.observer ?? silentObserver;
  }

  /** Bytes of records that are not durable yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /**
   * @param block records of one caller, who leaves it alone from now on
   * @param bytes roughly what they take in memory
   * @returns one outcome a record, after the write that held them
   * @throws AppError overloaded at once where too much waits; else what the write threw, in which
   *   case none of the records is acknowledged
   */
  append(block: InvocationBlock, bytes = block.bytes): Promise<readonly WriteOutcome[]> {
    if (this.#closed) {
      return Promise.reject(new AppError('store_unavailable', 'fnlog is stopping'));
    }
    const { waitingBytesMax } = this.#options;
    // An empty batcher takes a request of any size that the body's bound let through.
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > waitingBytesMax) {
      return Promise.reject(
        new AppError(
          'overloaded',
          `${this.#waitingBytes} bytes wait to be written and ${bytes} more are over the bound of ${waitingBytesMax}; send them again later`,
          { details: { waitingBytesMax } },
        ),
      );
    }
    this.#waitingBytes += bytes;
    return new Promise((resolve, reject) => {
      this.#queue.push({ block, bytes, resolve, reject });
      this.#writing ??= this.#writeUntilEmpty();
    });
  }

  /** Writes what waits and takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
  }

  async #writeUntilEmpty(): Promise<void> {
    await linger(this.#options.lingerMs);
    while (this.#queue.length > 0) {
      await this.#writeBatch(this.#nextBatch());
    }
    this.#writing = undefined;
  }

  #nextBatch(): Waiting[] {
    const { batchRowsMax, batchBytesMax } = this.#options;
    let rows = 0;
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#queue) {
      rows += waiting.block.length;
      bytes += waiting.bytes;
      if (count > 0 && (rows > batchRowsMax || bytes > batchBytesMax)) {
        break;
      }
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    const begin = performance.now();
    try {
      const outcomes = await this.#options.writer.write(batch.map(({ block }) => block));
      this.#tell(batch, (performance.now() - begin) / 1000);
      await this.#release(batch, ({ resolve }, index) => resolve(outcomes[index] ?? []));
    } catch (error) {
      const told = tooBusyFor('records', error);
      await this.#release(batch, ({ reject }) => reject(told));
    }
  }

  /** Hundreds of callers told at once would hold the event loop for as long as all their replies take. */
  async #release(
    batch: readonly Waiting[],
    tell: (waiting: Waiting, index: number) => void,
  ): Promise<void> {
    for (const [index, waiting] of batch.entries()) {
      if (index > 0 && index % TOLD_IN_A_TURN === 0) {
        await nextTurn();
      }
      this.#waitingBytes -= waiting.bytes;
      tell(waiting, index);
    }
  }

  #tell(batch: readonly Waiting[], seconds: number): void {
    const bytes = batch.reduce((sum, waiting) => sum + waiting.bytes, 0);
    const records = batch.reduce((sum, { block }) => sum + block.length, 0);
    const newest = Math.max(...batch.map(({ block }) => block.newestStartUs));
    this.#observer.committed({ records, bytes, seconds });
    this.#observer.newestStart(newest);
  }
}

function linger(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
