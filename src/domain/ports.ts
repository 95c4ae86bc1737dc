// What the program asks of a store. One implementation lives in store/clickhouse.

import type { FunctionPage, FunctionQuery } from './function-query.ts';
import type { Invocation } from './invocation.ts';
import type { InvocationBlock } from './invocation-block.ts';
import type { InvocationPage } from './invocation-page.ts';
import type { InvocationQuery } from './invocation-query.ts';
import type { LostRule } from './lost-run.ts';
import type { NamespacePage, NamespaceQuery } from './namespace-query.ts';
import type { ReadBounds } from './read-bounds.ts';
import type { WriteOutcome } from './receipt.ts';

export interface InvocationWriter {
  /**
   * Stores a batch. On return every record is durable and visible to every later read, and a
   * record whose identity was there already is there once.
   *
   * Not to be called again before it has returned: there is one writer.
   *
   * @param batch blocks in the order of their arrival
   * @returns for each block one outcome a record, in the same order
   * @throws AppError storage_full, store_unavailable: nothing of the batch is acknowledged, and
   *   sending it again is safe
   */
  write(batch: readonly InvocationBlock[]): Promise<readonly (readonly WriteOutcome[])[]>;
}

export interface ReadOptions {
  /** The statement is ended by the engine after this long. */
  readonly deadlineMs: number;
  /** Of the whole question; without them a statement has its deadline alone. */
  readonly bounds?: ReadBounds | undefined;
}

export interface PageOptions extends ReadOptions {
  /** Whether the answer is to say where the next page begins. */
  readonly withNext?: boolean;
  /** Whether the rows are to have their rank; only with a limit up to RANKED_MAX. */
  readonly withRank?: boolean;
  /** Whether the answer is to say how complete the records of its function and window are. */
  readonly withCompleteness?: boolean;
  /** Tells lost runs from running ones, where the status is asked for; without it none is lost. */
  readonly lostRule?: LostRule;
}

/** Names a run, together with its start; see identityKey. */
export type RunIdentity = Pick<Invocation, 'namespace' | 'functionName' | 'requestId' | 'retryNum'>;

/** Starts from `sinceUs` to `untilUs`, both of them with it, in microseconds since 1970. */
export interface StartRange {
  readonly sinceUs: number;
  readonly untilUs: number;
}

/** Which runs of a function began last before a moment. */
export interface LatestRunsQuery {
  readonly namespace: string;
  readonly functionName: string;
  /** The last start that counts, in microseconds since 1970. */
  readonly untilUs: number;
  readonly limit: number;
}

export interface LatestRun {
  readonly requestId: string;
  readonly retryNum: number;
  readonly startTimeUs: number;
  /** The text field `logStream` of the record's unknown fields; empty where there is none. */
  readonly stream: string;
}

export interface InvocationReader {
  /**
   * One page in a total order, with the exact total of all that match at the same moment.
   *
   * @throws AppError query_timeout, query_too_costly, page_too_large, store_unavailable
   */
  page(query: InvocationQuery, options: PageOptions): Promise<InvocationPage>;

  /**
   * Functions that the store has records of, with their exact total.
   *
   * @throws AppError query_timeout, query_too_costly, page_too_large, store_unavailable
   */
  functions(query: FunctionQuery, options: ReadOptions): Promise<FunctionPage>;

  /**
   * Namespaces that the store has records of, with their exact total.
   *
   * @throws AppError query_timeout, query_too_costly, store_unavailable
   */
  namespaces(query: NamespaceQuery, options: ReadOptions): Promise<NamespacePage>;

  /**
   * The namespaces that hold records of this request id, by name; at most 1,000.
   *
   * @throws AppError query_timeout, query_too_costly, store_unavailable
   */
  namespacesOfRequest(requestId: string, options: ReadOptions): Promise<readonly string[]>;

  /**
   * The records of these runs that are in sight, with `joinState`, so that fragments can be joined
   * to them. In no order; a run that has begun again further away than the identity window has
   * several.
   *
   * @throws AppError page_too_large where the records are too many or too big: ask for fewer runs;
   *   query_timeout, query_too_costly, store_unavailable
   */
  recordsToJoin(
    runs: readonly RunIdentity[],
    range: StartRange,
    options: ReadOptions,
  ): Promise<readonly Invocation[]>;

  /**
   * The runs of a function that began last, the newest first.
   *
   * @throws AppError query_timeout, query_too_costly, store_unavailable
   */
  latestRuns(query: LatestRunsQuery, options: ReadOptions): Promise<readonly LatestRun[]>;
}

export interface StoreAdmin {
  /** Answers a trivial statement, or throws AppError store_unavailable. */
  ping(): Promise<void>;
  /**
   * Has done what else comes in the background by and by: reads are then as fast as they get.
   *
   * @throws AppError store_unavailable
   */
  settle(): Promise<void>;
  /** Ends every connection. Statements under way are waited for. */
  close(): Promise<void>;
}
