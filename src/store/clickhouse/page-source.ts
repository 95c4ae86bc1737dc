// Which part of the table finds the positions of a page, for each order: the projection that is
// sorted that way, so that the engine reads it in order and stops at the end of the page.

import type { InvocationQuery, OrderField } from '../../domain/invocation-query.ts';

export const TABLE = 'invocations';

/** Constant SQL only: what a caller says travels as bound parameters. */
export interface PageSource {
  readonly from: string;
  /** Without directions: all of them go the same way. */
  readonly orderBy: readonly string[];
}

/** A narrow projection of the table by its name, to select from. */
export function projection(name: string): string {
  return `mergeTreeProjection(currentDatabase(), '${TABLE}', '${name}')`;
}

const orders: Record<OrderField, readonly string[]> = {
  startTime: ['startTime', 'seq'],
  functionName: ['functionName', 'startTime', 'seq'],
  requestId: ['requestId', 'startTime', 'seq'],
  duration: ['durationUs', 'startTime', 'seq'],
  memUsage: ['memUsageBytes', 'startTime', 'seq'],
};

// What is the same in all rows of an answer; named in front of the order, it lets the engine see
// that the projection has that order already.
const NAMESPACE = ['namespace'];
const FUNCTION = ['namespace', 'functionName'];

const sourcesOfAll: Record<OrderField, PageSource> = {
  startTime: { from: projection('by_start'), orderBy: [...NAMESPACE, ...orders.startTime] },
  functionName: { from: TABLE, orderBy: [...NAMESPACE, ...orders.functionName] },
  requestId: { from: projection('by_request'), orderBy: [...NAMESPACE, ...orders.requestId] },
  duration: { from: projection('by_duration'), orderBy: [...NAMESPACE, ...orders.duration] },
  memUsage: { from: projection('by_memory'), orderBy: [...NAMESPACE, ...orders.memUsage] },
};

const sourcesOfFunction: Record<OrderField, PageSource> = {
  startTime: { from: TABLE, orderBy: [...FUNCTION, ...orders.startTime] },
  functionName: { from: TABLE, orderBy: [...FUNCTION, ...orders.startTime] },
  requestId: { from: projection('by_request'), orderBy: [...NAMESPACE, ...orders.requestId] },
  duration: {
    from: projection('by_function_duration'),
    orderBy: [...FUNCTION, ...orders.duration],
  },
  memUsage: {
    from: projection('by_function_memory'),
    orderBy: [...FUNCTION, ...orders.memUsage],
  },
};

// A request id has a handful of records: found by id, then sorted whichever way is asked. Whole
// records, so that every filter can be asked of them.
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
  if (isAboutWholeRecords(query)) {
    // Nothing is sorted already here. With a number as the first of the order, the engine leaves
    // out blocks that cannot reach the page any more: several times as fast on logs.
    return { from: TABLE, orderBy: orders[query.orderBy] };
  }
  return query.functionName === undefined
    ? sourcesOfAll[query.orderBy]
    : sourcesOfFunction[query.orderBy];
}

/** The narrowest part of the table that counts what matches. */
export function countSourceOf(query: InvocationQuery): string {
  if (query.requestId !== undefined) {
    return isAboutWholeRecords(query) ? FOUND_BY_REQUEST : projection('by_request');
  }
  return query.functionName === undefined && !isAboutWholeRecords(query)
    ? projection('by_start')
    : TABLE;
}

/** The projections carry neither status codes nor logs. */
function isAboutWholeRecords({ statusCodes, keyword }: InvocationQuery): boolean {
  return statusCodes !== undefined || keyword !== undefined;
}
