// Records by ingest sequence, for those who follow what comes in and have fallen behind.

import type { PageOptions } from '../../domain/ports.ts';
import type { TailReader, TailSlice, TailSliceQuery } from '../../domain/tail.ts';
import { readTailSlice } from './queries/read-tail-slice.ts';
import type { ReaderPool } from './reader-pool.ts';
import type { Settling } from './settling.ts';

export interface TailReaderOptions {
  readonly readers: ReaderPool;
  readonly settling: Settling;
  /** The rows of one slice together. */
  readonly bytesMax: number;
}

export class ClickHouseTailReader implements TailReader {
  readonly #options: TailReaderOptions;

  constructor(options: TailReaderOptions) {
    this.#options = options;
  }

  slice(query: TailSliceQuery, options: PageOptions): Promise<TailSlice> {
    const { readers, settling, bytesMax } = this.#options;
    const at = { ...options, mark: query.untilSeq, settledTo: settling.settledTo, bytesMax };
    return readers.use((client) => readTailSlice(client, query, at));
  }
}
