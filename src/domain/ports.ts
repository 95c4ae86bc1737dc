// What the program asks of a store. One implementation lives in store/clickhouse.

import type { Invocation } from './invocation.ts';
import type { InvocationPage } from './invocation-page.ts';
import type { InvocationQuery } from './invocation-query.ts';
import type { WriteOutcome } from './receipt.ts';

export interface InvocationWriter {
  /**
   * Stores a batch. On return every record is durable and visible to every later read, and a
   * record whose identity was there already is there once.
   *
   * Not to be called again before it has returned: there is one writer.
   *
   * @param batch at most `batchRowsMax` records, in the order of their arrival
   * @returns one outcome for each record, in the same order
   * @throws AppError storage_full, store_unavailable: nothing of the batch is acknowledged, and
   *   sending it again is safe
   */
  write(batch: readonly Invocation[]): Promise<readonly WriteOutcome[]>;
}

export interface ReadOptions {
  /** The statement is ended by the engine after this long. */
  readonly deadlineMs: number;
}

export interface InvocationReader {
  /**
   * One page in a total order, with the exact total of all that match at the same moment.
   *
   * @throws AppError query_timeout, page_too_large, store_unavailable
   */
  page(query: InvocationQuery, options: ReadOptions): Promise<InvocationPage>;
}

export interface StoreAdmin {
  /** Answers a trivial statement, or throws AppError store_unavailable. */
  ping(): Promise<void>;
  /** Ends every connection. Statements under way are waited for. */
  close(): Promise<void>;
}
