// Which part of the table finds the positions of a page, for each order: the projection that is
// sorted that way, so that the engine reads it in order and stops at the end of the page.

import type { InvocationQuery, OrderField } from '../../domain/invocation-query.ts';

const TABLE = 'invocations';

/** Constant SQL only: what a caller says travels as bound parameters. */
export interface PageSource {
  readonly from: string;
  /** Without directions: all of them go the same way. */
  readonly orderBy: readonly string[];
}

function projection(name: string): string {
  return `mergeTreeProjection(currentDatabase(), '${TABLE}', '${name}')`;
}

// The namespace is the same in all rows of an answer; named in the order, it lets the engine see
// that the projection has that order already.
const orders: Record<OrderField, readonly string[]> = {
  startTime: ['namespace', 'startTime', 'seq'],
  functionName: ['namespace', 'functionName', 'startTime', 'seq'],
  requestId: ['namespace', 'requestId', 'startTime', 'seq'],
  duration: ['namespace', 'durationUs', 'startTime', 'seq'],
  memUsage: ['namespace', 'memUsageBytes', 'startTime', 'seq'],
};

const sourcesOfAll: Record<OrderField, PageSource> = {
  startTime: { from: projection('by_start'), orderBy: orders.startTime },
  functionName: { from: TABLE, orderBy: orders.functionName },
  requestId: { from: projection('by_request'), orderBy: orders.requestId },
  duration: { from: projection('by_duration'), orderBy: orders.duration },
  memUsage: { from: projection('by_memory'), orderBy: orders.memUsage },
};

const sourcesOfFunction: Record<OrderField, PageSource> = {
  startTime: { from: TABLE, orderBy: orders.functionName },
  functionName: { from: TABLE, orderBy: orders.functionName },
  requestId: { from: projection('by_request'), orderBy: orders.requestId },
  duration: {
    from: projection('by_function_duration'),
    orderBy: ['namespace', 'functionName', 'durationUs', 'startTime', 'seq'],
  },
  memUsage: {
    from: projection('by_function_memory'),
    orderBy: ['namespace', 'functionName', 'memUsageBytes', 'startTime', 'seq'],
  },
};

// A request id has a handful of records: found by id, then sorted whichever way is asked.
const FOUND_BY_REQUEST = `(
  SELECT * FROM ${TABLE}
  WHERE namespace = {namespace:String}
    AND (namespace, functionName, startTime, seq) IN (
      SELECT namespace, functionName, startTime, seq
      FROM ${projection('by_request')}
      WHERE namespace = {namespace:String} AND requestId = {requestId:String}
    )
)`;

/** Where the positions of a page come from, and in which order. */
export function pageSourceOf(query: InvocationQuery): PageSource {
  if (query.requestId !== undefined) {
    return { from: FOUND_BY_REQUEST, orderBy: orders[query.orderBy] };
  }
  return query.functionName === undefined
    ? sourcesOfAll[query.orderBy]
    : sourcesOfFunction[query.orderBy];
}

/** The narrowest part of the table that counts what matches. */
export function countSourceOf(query: InvocationQuery): string {
  if (query.requestId !== undefined) {
    return projection('by_request');
  }
  return query.functionName === undefined ? projection('by_start') : TABLE;
}
