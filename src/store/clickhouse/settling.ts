// Keeps in mind up to where the projections have every record, and sees to it that they get the rest;
// and that the text index is built while nothing else is to be done.

import type { ClickHouseClient } from '@clickhouse/client';
import type { CommitMark } from './commit-mark.ts';
import { buildProjections, countUnsettledParts } from './queries/find-unsettled-parts.ts';
import { countUnindexedParts, indexWords } from './queries/index-words.ts';

const REFRESH_MS = 1_000;
/** Merges mostly do it in this time; what they leave over is built then. */
const IDLE_BUILD_MS = 10_000;
/** Not more often than this: every time, all parts get new names. */
const BUILD_EVERY_MS = 60_000;
/** Words are indexed when nothing has been written for so long, and looked after so often. */
const IDLE_INDEX_MS = 30_000;
const INDEX_EVERY_MS = 60_000;
/** So many parts between merged ones are built while records go on coming. */
const PARTS_MAX = 100;

export interface SettlingOptions {
  readonly client: ClickHouseClient;
  readonly mark: CommitMark;
  readonly deadlineMs: number;
}

export class Settling {
  readonly #options: SettlingOptions;
  #settledTo = 0;
  #refreshedAt = Number.NEGATIVE_INFINITY;
  #builtAt = Number.NEGATIVE_INFINITY;
  #writtenAt = performance.now();
  #indexedAt = Number.NEGATIVE_INFINITY;

  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  /** All records up to this sequence are in the projections. */
  get settledTo(): number {
    return this.#settledTo;
  }

  /** A write has ended. */
  noteWrite(): void {
    this.#writtenAt = performance.now();
  }

  /** Parts have come back from before they were merged: what has the projections is not known. */
  forget(): void {
    this.#settledTo = 0;
    this.#refreshedAt = Number.NEGATIVE_INFINITY;
  }

  /** Whether asking again may tell something new. */
  get isDue(): boolean {
    return (
      performance.now() - this.#refreshedAt >= REFRESH_MS &&
      this.#settledTo < this.#options.mark.seq
    );
  }

  /** To be called while nothing is being written, so that the mark is what the parts hold. */
  async refresh(): Promise<void> {
    const { client, mark, deadlineMs } = this.#options;
    this.#refreshedAt = performance.now();
    const parts = await countUnsettledParts(client, deadlineMs);
    if (parts === 0) {
      this.#settledTo = mark.seq;
    } else if (this.#isBuildDue(parts)) {
      this.#builtAt = performance.now();
      await buildProjections(client, { wait: false });
    }
  }

  /** To be called now and then, while nothing is being written. */
  async indexWhenIdle(): Promise<void> {
    const now = performance.now();
    const isIdle = now - this.#writtenAt >= IDLE_INDEX_MS;
    if (!isIdle || now - this.#indexedAt < INDEX_EVERY_MS) {
      return;
    }
    this.#indexedAt = now;
    const { client, deadlineMs } = this.#options;
    if ((await countUnindexedParts(client, deadlineMs)) > 0) {
      await indexWords(client, { wait: false });
    }
  }

  /** Has everything built that is there, and waits for it. While nothing is being written. */
  async settle(): Promise<void> {
    await buildProjections(this.#options.client, { wait: true });
    await indexWords(this.#options.client, { wait: true });
    await this.refresh();
  }

  #isBuildDue(parts: number): boolean {
    const now = performance.now();
    const isLeftOver = now - this.#writtenAt >= IDLE_BUILD_MS;
    return (isLeftOver || parts > PARTS_MAX) && now - this.#builtAt >= BUILD_EVERY_MS;
  }
}
