// Tells listeners of what the writer has stored, from the blocks that it wrote: whoever follows what
// comes in needs no read of the store.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { invocationAt } from '../../domain/block-records.ts';
import type { InvocationBlock } from '../../domain/invocation-block.ts';
import type { CommitFeed, CommitListener, TailRecord } from '../../domain/tail.ts';
import type { CommitMark } from './commit-mark.ts';

/** Taken out of columns in one go; more would hold up the event loop. */
const RECORDS_IN_A_TURN = 500;

export class CommittedRecords implements CommitFeed {
  readonly #mark: CommitMark;
  readonly #listeners = new Set<CommitListener>();
  #toldSeq: number;

  constructor(mark: CommitMark) {
    this.#mark = mark;
    this.#toldSeq = mark.seq;
  }

  get mark(): number {
    return this.#mark.seq;
  }

  get toldSeq(): number {
    return this.#toldSeq;
  }

  listen(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * To be called when the mark is at their last record, and awaited before the blocks are given
   * back. Without listeners it does nothing.
   *
   * @param seqFirst of the first row of the first block
   */
  async tell(blocks: readonly InvocationBlock[], seqFirst: number): Promise<void> {
    let seq = seqFirst;
    let records: TailRecord[] = [];
    const heardTimeMs = Date.now();
    for (const block of this.#listeners.size === 0 ? [] : blocks) {
      for (let row = 0; row < block.length; row++) {
        const { joinState: _state, ...invocation } = invocationAt(block, row);
        const heard = invocation.invokeFinished ? {} : { heardTimeMs };
        records.push({ seq, invocation: { ...invocation, ...heard } });
        seq += 1;
        if (records.length >= RECORDS_IN_A_TURN) {
          this.#hand(records);
          records = [];
          await nextTurn();
        }
      }
    }
    this.#hand(records);
    this.#toldSeq = this.#mark.seq;
  }

  /** To be called when the mark has been raised over records that nobody was told of. */
  skip(): void {
    if (this.#toldSeq < this.#mark.seq) {
      this.#toldSeq = this.#mark.seq;
      for (const listener of this.#listeners) {
        listener.skipped();
      }
    }
  }

  #hand(records: readonly TailRecord[]): void {
    const last = records.at(-1);
    if (last !== undefined) {
      this.#toldSeq = last.seq;
      for (const listener of this.#listeners) {
        listener.committed(records);
      }
    }
  }
}
