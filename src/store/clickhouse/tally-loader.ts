// Fills the tally from what the store holds: at the start, and again where it is not known what a
// write has left behind. Questions are answered by reading until then.

import type { CommitMark } from './commit-mark.ts';
import type { MatchTally } from './match-tally.ts';
import { loadTally } from './queries/load-tally.ts';
import type { ReaderPool } from './reader-pool.ts';
import type { Settling } from './settling.ts';

const HOUR_ROWS_MAX = 100_000;
/** Whole columns are read: seconds for a hundred million records. */
const DEADLINE_MS = 300_000;
const TRY_AGAIN_MS = 10_000;

export interface TallyLoaderOptions {
  readonly tally: MatchTally;
  readonly readers: ReaderPool;
  readonly mark: CommitMark;
  readonly settling: Settling;
}

export class TallyLoader {
  readonly #options: TallyLoaderOptions;
  /** Counts the loads that were begun: only the last one is taken. */
  #begun = 0;
  #failedAt: number | undefined;

  constructor(options: TallyLoaderOptions) {
    this.#options = options;
  }

  /** Begins anew. To be called where the mark is that of all that is in sight. */
  reload(): void {
    const { tally, readers, mark, settling } = this.#options;
    this.#begun += 1;
    const load = this.#begun;
    this.#failedAt = undefined;
    tally.restart();
    const at = { mark: mark.seq, settledTo: settling.settledTo };
    readers
      .use((client) =>
        loadTally(client, { ...at, hourRowsMax: HOUR_ROWS_MAX, deadlineMs: DEADLINE_MS }),
      )
      .then(
        (stored) => {
          if (load === this.#begun && stored !== undefined) {
            tally.load(stored);
          }
        },
        () => {
          if (load === this.#begun) {
            this.#failedAt = performance.now();
          }
        },
      );
  }

  /** Between two writes, every second or so. */
  keepUp(): void {
    if (this.#failedAt !== undefined && performance.now() - this.#failedAt >= TRY_AGAIN_MS) {
      this.reload();
    }
  }
}
