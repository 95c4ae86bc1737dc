// One who follows what comes in. Records are handed over as they become visible; whoever takes them
// too slowly, or begins in the past, reads from the store until it has caught up.

import { AppError } from '../domain/errors.ts';
import type { Invocation } from '../domain/invocation.ts';
import type { CommitFeed, TailRecord, TailSlice } from '../domain/tail.ts';

export type TailEvent =
  | { readonly kind: 'record'; readonly record: TailRecord }
  /** Fallen behind: what follows comes from the store, and nothing of it is left out. */
  | { readonly kind: 'gap'; readonly afterSeq: number; readonly untilSeq: number };

export interface FollowerOptions {
  readonly feed: CommitFeed;
  readonly matches: (invocation: Invocation) => boolean;
  /** Reads on from the store. */
  readonly read: (range: {
    readonly afterSeq: number;
    readonly untilSeq: number;
    readonly limit: number;
  }) => Promise<TailSlice>;
  /** Everything after this sequence is handed over. */
  readonly afterSeq: number;
  readonly onClose: () => void;
}

/** Waiting for one follower; over it, the follower reads from the store. */
const WAITING_CHARS_MAX = 512 * 1024;
const WAITING_RECORDS_MAX = 2_000;
const SLICE_RECORDS = 200;

export class Follower {
  readonly #options: FollowerOptions;
  #waiting: TailRecord[] = [];
  #waitingChars = 0;
  /** Everything up to here has been handed over or waits. */
  #seq: number;
  #isBehind: boolean;
  #gap: TailEvent | undefined;
  #wake: (() => void) | undefined;
  #isClosed = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#seq = options.afterSeq;
    this.#isBehind = options.afterSeq < options.feed.toldSeq;
  }

  /** Everything that matches up to here has been handed over, once nothing waits. */
  get seq(): number {
    return this.#waiting[0] === undefined ? this.#seq : this.#waiting[0].seq - 1;
  }

  /** Records that have become visible, by sequence. */
  offer(records: readonly TailRecord[]): void {
    if (this.#isBehind) {
      return;
    }
    for (const record of records) {
      if (record.seq <= this.#seq) {
        continue;
      }
      if (this.#options.matches(record.invocation) && !this.#take(record)) {
        break;
      }
      this.#seq = record.seq;
    }
    this.#wakeUp();
  }

  /** Something has become visible without being offered. */
  fallBehind(): void {
    this.#isBehind = true;
    this.#wakeUp();
  }

  /**
   * @returns what comes next, as soon as there is something; undefined once it is closed
   * @throws AppError as reading from the store does; asking again tries again
   */
  async next(): Promise<TailEvent | undefined> {
    while (!this.#isClosed) {
      const record = this.#waiting.shift();
      if (record !== undefined) {
        this.#waitingChars -= charsOf(record);
        return { kind: 'record', record };
      }
      const gap = this.#gap;
      if (gap !== undefined) {
        this.#gap = undefined;
        return gap;
      }
      if (this.#isBehind) {
        await this.#catchUp();
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
    return undefined;
  }

  close(): void {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#waiting = [];
      this.#options.onClose();
      this.#wakeUp();
    }
  }

  /** @returns false where there is no room for it: it will be read from the store */
  #take(record: TailRecord): boolean {
    const chars = charsOf(record);
    const isFull =
      this.#waiting.length >= WAITING_RECORDS_MAX ||
      (this.#waiting.length > 0 && this.#waitingChars + chars > WAITING_CHARS_MAX);
    if (isFull) {
      const { mark } = this.#options.feed;
      this.#isBehind = true;
      this.#gap = { kind: 'gap', afterSeq: this.#seq, untilSeq: mark };
      return false;
    }
    this.#waiting.push(record);
    this.#waitingChars += chars;
    return true;
  }

  async #catchUp(): Promise<void> {
    const { feed } = this.#options;
    const { records, toSeq } = await this.#readOn(SLICE_RECORDS);
    for (const record of records) {
      this.#waiting.push(record);
      this.#waitingChars += charsOf(record);
    }
    this.#seq = toSeq;
    // Both in one turn: whatever is told from now on comes after what has been read.
    this.#isBehind = toSeq < feed.toldSeq;
  }

  /** Fewer records at once where they are too big together. */
  async #readOn(limit: number): Promise<TailSlice> {
    const untilSeq = this.#options.feed.mark;
    try {
      return await this.#options.read({ afterSeq: this.#seq, untilSeq, limit });
    } catch (error) {
      if (error instanceof AppError && error.code === 'page_too_large' && limit > 1) {
        return await this.#readOn(Math.ceil(limit / 10));
      }
      throw error;
    }
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

/** Roughly what a record takes. */
function charsOf({ invocation }: TailRecord): number {
  return invocation.log.length + invocation.retMsg.length + 500;
}
