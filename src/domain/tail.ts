// Following what comes in, in the order of its ingest.

import type { Invocation } from './invocation.ts';
import type { InvocationQuery } from './invocation-query.ts';
import type { PageOptions } from './ports.ts';

/** Which records are followed. */
export interface TailFilter
  extends Omit<
    InvocationQuery,
    | ('asOf' | 'orderBy' | 'order' | 'limit' | 'offset' | 'after')
    | ('statusCodes' | 'keyword' | 'errorShape' | 'slowerThan')
  > {
  /** Medians move; only a fixed bound can be followed. */
  readonly slowerThan?: { readonly us: number };
}

export interface TailRecord {
  /** The ingest sequence. */
  readonly seq: number;
  readonly invocation: Invocation;
}

/** Told of everything that becomes visible, in the order of the sequence, none twice. */
export interface CommitListener {
  /** @param records of one write, or some of them */
  committed(records: readonly TailRecord[]): void;
  /** What lies up to this sequence has become visible without being told: it is in the store. */
  skipped(): void;
}

/** What the store takes in, as it becomes visible. */
export interface CommitFeed {
  /** The newest sequence that reads see. */
  readonly mark: number;
  /** Up to here, listeners have been told; never beyond the mark. */
  readonly toldSeq: number;
  /** @returns takes the listener off again */
  listen(listener: CommitListener): () => void;
}

export interface TailSliceQuery {
  readonly filter: TailFilter;
  readonly afterSeq: number;
  /** A mark: what is visible there is what counts. */
  readonly untilSeq: number;
  readonly limit: number;
}

export interface TailSlice {
  /** By sequence. */
  readonly records: readonly TailRecord[];
  /** Everything up to here that matches is in this slice or lies before it. */
  readonly toSeq: number;
}

export interface TailReader {
  /**
   * Records by ingest sequence. One that was replaced up to `untilSeq` is left out: the one in its
   * place comes later.
   *
   * @throws AppError page_too_large, query_timeout, query_too_costly, store_unavailable
   */
  slice(query: TailSliceQuery, options: PageOptions): Promise<TailSlice>;
}
