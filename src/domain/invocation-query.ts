// A question about invocations, in the store's own terms; every front translates into this.

import { DEFAULT_NAMESPACE } from './invocation.ts';
import type { PagePosition } from './page-position.ts';

export const orderFields = [
  'startTime',
  'functionName',
  'requestId',
  'duration',
  'memUsage',
] as const;
export type OrderField = (typeof orderFields)[number];

export const orderDirections = ['asc', 'desc'] as const;
export type OrderDirection = (typeof orderDirections)[number];

/**
 * ok: retCode 0. running and lost: retCode 2, told apart by domain/lost-run. failed: every other.
 */
export const invocationStatuses = ['ok', 'failed', 'running', 'lost'] as const;
export type InvocationStatus = (typeof invocationStatuses)[number];

export const LIMIT_DEFAULT = 20;
/** The most rows that one page may hold, on every front. */
export const LIMIT_MAX = 10_000;
/** The most rows that can be ranked among the runs of their functions. */
export const RANKED_MAX = 100;
/** Offsets are counted by the engine in 64 bits, by JavaScript exactly up to here. */
export const OFFSET_MAX = Number.MAX_SAFE_INTEGER;

/** What the platform wrote into a log, or what the function itself did. */
export type LogLines = 'application' | 'platform';

interface KeywordFilter {
  /** Looked for letter by letter. */
  readonly text: string;
  /**
   * A platform line begins with `START`, `Event`, `END`, `Report` or `REPORT`, a space and
   * `RequestId`; every other line is one of the application. Lines end at \n.
   */
  readonly lines: LogLines;
}

export interface InvocationQuery {
  readonly namespace: string;
  readonly functionName?: string;
  readonly qualifier?: string;
  readonly requestId?: string;
  readonly status?: InvocationStatus;
  /** Only records whose status code is one of these; none where it is empty. */
  readonly statusCodes?: readonly number[];
  /** Only records with a line of that kind that contains the text. */
  readonly keyword?: KeywordFilter;
  /** Only records whose message or log has these words and "phrases", as parseSearch reads them. */
  readonly search?: string;
  /** Only records whose message or log contains this text, byte for byte. */
  readonly contains?: string;
  /** Only records whose message or log matches, in the syntax of RE2; `.` matches \n as well. */
  readonly regex?: string;
  /** Only cold starts, or only others. */
  readonly cold?: boolean;
  /**
   * Only runs that took longer: than so many microseconds, or than so many times the median of all
   * runs of their function that have ended.
   */
  readonly slowerThan?: { readonly us: number } | { readonly times: number };
  /** Only failed runs whose error has this shape: the shapeId of an ErrorGroup. */
  readonly errorShape?: string;
  /** The first start that matches, in microseconds since 1970 (inclusive). */
  readonly sinceUs?: number;
  /** The first start that no longer matches, in microseconds since 1970 (exclusive). */
  readonly untilUs?: number;
  /**
   * An ingest sequence, as a page names it: the answer is about what the store held then. Absent,
   * or above the newest: what it holds now.
   */
  readonly asOf?: number;
  /** Ties are broken by start, then by the order of ingest, both in the direction of `order`. */
  readonly orderBy: OrderField;
  readonly order: OrderDirection;
  readonly limit: number;
  readonly offset: number;
  /** The page begins after this place, and `offset` further on; the total is that of all pages. */
  readonly after?: PagePosition;
}

/**
 * Completes a question with the defaults that all fronts share: newest start first where no order
 * is asked for at all, ascending where only the field is given.
 *
 * @param given what the caller said
 * @returns a whole query
 */
export function buildInvocationQuery(given: Partial<InvocationQuery>): InvocationQuery {
  return {
    ...given,
    namespace: given.namespace ?? DEFAULT_NAMESPACE,
    orderBy: given.orderBy ?? 'startTime',
    order: given.order ?? (given.orderBy === undefined ? 'desc' : 'asc'),
    limit: given.limit ?? LIMIT_DEFAULT,
    offset: given.offset ?? 0,
  };
}
