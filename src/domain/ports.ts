// What the program asks of a store. One implementation lives in store/clickhouse.

import type { FunctionPage, FunctionQuery } from './function-query.ts';
import type { Invocation } from './invocation.ts';
import type { InvocationPage } from './invocation-page.ts';
import type { InvocationQuery } from './invocation-query.ts';
import type { NamespacePage, NamespaceQuery } from './namespace-query.ts';
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

  /**
   * Functions that the store has records of, with their exact total.
   *
   * @throws AppError query_timeout, page_too_large, store_unavailable
   */
  functions(query: FunctionQuery, options: ReadOptions): Promise<FunctionPage>;

  /**
   * Namespaces that the store has records of, with their exact total.
   *
   * @throws AppError query_timeout, store_unavailable
   */
  namespaces(query: NamespaceQuery, options: ReadOptions): Promise<NamespacePage>;

  /**
   * The namespaces that hold records of this request id, by name; at most 1,000.
   *
   * @throws AppError query_timeout, store_unavailable
   */
  namespacesOfRequest(requestId: string, options: ReadOptions): Promise<readonly string[]>;
}

export interface StoreAdmin {
  /** Answers a trivial statement, or throws AppError store_unavailable. */
  ping(): Promise<void>;
  /** Ends every connection. Statements under way are waited for. */
  close(): Promise<void>;
}
