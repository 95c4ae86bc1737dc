// A question about invocations, in the store's own terms; every front translates into this.

import { DEFAULT_NAMESPACE } from './invocation.ts';

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

/** ok: retCode 0. running: retCode 2. failed: every other. */
export const invocationStatuses = ['ok', 'failed', 'running'] as const;
export type InvocationStatus = (typeof invocationStatuses)[number];

export const LIMIT_DEFAULT = 20;
/** The most rows that one page may hold, on every front. */
export const LIMIT_MAX = 10_000;
/** Offsets are counted by the engine in 64 bits, by JavaScript exactly up to here. */
export const OFFSET_MAX = Number.MAX_SAFE_INTEGER;

export interface InvocationQuery {
  readonly namespace: string;
  readonly functionName?: string;
  readonly qualifier?: string;
  readonly requestId?: string;
  readonly status?: InvocationStatus;
  /** The first start that matches, in microseconds since 1970 (inclusive). */
  readonly sinceUs?: number;
  /** The first start that no longer matches, in microseconds since 1970 (exclusive). */
  readonly untilUs?: number;
  /** Ties are broken by start, then by the order of ingest, both in the direction of `order`. */
  readonly orderBy: OrderField;
  readonly order: OrderDirection;
  readonly limit: number;
  readonly offset: number;
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
