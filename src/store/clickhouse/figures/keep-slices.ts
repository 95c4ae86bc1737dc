// All that is kept in memory of slices of time.

import type { CommitMark } from '../commit-mark.ts';
import type { MatchTally } from '../match-tally.ts';
import {
  type ConcurrencyCellRow,
  readConcurrencyCells,
} from '../queries/read-concurrency-cells.ts';
import { type ErrorCellRow, readErrorCells } from '../queries/read-error-cells.ts';
import { readFigureCells } from '../queries/read-figure-cells.ts';
import type { ReaderPool } from '../reader-pool.ts';
import { type CellRow, FigureCells } from './figure-cells.ts';
import { RowCells, sameTexts } from './row-cells.ts';
import { SliceKeeper } from './slice-keeper.ts';
import type { TouchedSlices } from './touched-slices.ts';

/** A run takes about four bytes, a function in a slice a hundred and fifty. */
const FIGURE_BYTES_MAX = 96 * 1024 * 1024;
const ERROR_BYTES_MAX = 32 * 1024 * 1024;
const CONCURRENCY_BYTES_MAX = 32 * 1024 * 1024;

export interface KeptSlicesOfAll {
  readonly figures: SliceKeeper<CellRow, FigureCells>;
  readonly errors: SliceKeeper<ErrorCellRow, RowCells<ErrorCellRow>>;
  readonly concurrency: SliceKeeper<ConcurrencyCellRow, RowCells<ConcurrencyCellRow>>;
}

export interface KeepSlicesOptions {
  readonly readers: ReaderPool;
  readonly mark: CommitMark;
  readonly tally: MatchTally;
  readonly touched: TouchedSlices;
}

export function keepSlices(kept: KeepSlicesOptions): KeptSlicesOfAll {
  const texts = sameTexts();
  let last: Promise<void> = Promise.resolve();
  const alone = (work: () => Promise<void>): Promise<void> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  const options = { ...kept, alone };
  return {
    figures: new SliceKeeper({
      ...{ ...options, bytesMax: FIGURE_BYTES_MAX, read: readFigureCells },
      pack: (rows) => new FigureCells(rows),
    }),
    errors: new SliceKeeper({
      ...{ ...options, bytesMax: ERROR_BYTES_MAX, read: readErrorCells },
      pack: (rows) => new RowCells(rows, texts),
    }),
    concurrency: new SliceKeeper({
      ...{ ...options, bytesMax: CONCURRENCY_BYTES_MAX, read: readConcurrencyCells },
      pack: (rows) => new RowCells(rows, texts),
    }),
  };
}
