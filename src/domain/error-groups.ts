// Failed runs, grouped by the shape of what went wrong: the message with numbers, ids, times,
// addresses and quoted texts taken out.

import type { InvocationQuery } from './invocation-query.ts';
import type { PageOptions } from './ports.ts';

export const errorOrders = ['count', 'lastSeen', 'firstSeen'] as const;
export type ErrorOrder = (typeof errorOrders)[number];

/** Groups of one answer. */
export const ERRORS_LIMIT_MAX = 1_000;
/** How many slices of a trend a window is long, at most; it may touch one more. */
export const TREND_SLICES_MAX = 30;

export interface ErrorQuery
  extends Pick<
    InvocationQuery,
    'namespace' | 'functionName' | 'qualifier' | 'search' | 'contains' | 'regex' | 'asOf'
  > {
  /** The first start that counts, in microseconds since 1970 (inclusive). */
  readonly sinceUs: number;
  /** The first start that no longer counts (exclusive). */
  readonly untilUs: number;
  readonly orderBy: ErrorOrder;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly offset: number;
}

export interface ErrorGroup {
  /** Names the shape: 16 hexadecimal digits. */
  readonly shapeId: string;
  readonly shape: string;
  readonly count: number;
  /** How many functions have such runs. */
  readonly functions: number;
  readonly firstSeenUs: number;
  readonly lastSeenUs: number;
  /** The newest of them. */
  readonly example: {
    readonly functionName: string;
    readonly requestId: string;
    readonly startTimeUs: number;
    readonly statusCode: number;
    readonly message: string;
  };
  /** Runs by slices of the window: all that it touches. */
  readonly trend: readonly number[];
}

export interface ErrorPage {
  /** Shapes in the window. */
  readonly total: number;
  /** Failed runs in the window. */
  readonly runs: number;
  readonly errors: readonly ErrorGroup[];
  readonly sinceUs: number;
  readonly untilUs: number;
  /** Length of the slices of every trend, which begin at multiples of it since 1970 UTC. */
  readonly trendStepSeconds: number;
  /** The mark that the answer is about. */
  readonly asOf: number;
}

export interface ErrorReader {
  /** @throws AppError query_timeout, query_too_costly, store_unavailable */
  errors(query: ErrorQuery, options: PageOptions): Promise<ErrorPage>;
}
