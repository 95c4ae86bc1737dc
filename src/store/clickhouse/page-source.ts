// Which part of the table finds the positions of a page, for each order: the projection that is
// sorted that way, so that the engine reads it in order and stops at the end of the page.

import type { InvocationQuery, OrderField } from '../../domain/invocation-query.ts';
import type { MatchTally } from './match-tally.ts';
import {
  isSettled,
  type ProjectionName,
  preferring,
  type ReadMoment,
  type StatementSource,
  sourceOf,
  TABLE,
} from './projections.ts';
import { isAboutUnfinished } from './queries/match-conditions.ts';

/** Constant SQL only: what a caller says travels as bound parameters. */
export interface PageSource {
  /** The projection that has the order; undefined: the table has it, or nothing has. */
  readonly projection?: ProjectionName;
  /** Without directions: all of them go the same way. */
  readonly orderBy: readonly string[];
  /** Columns before them in the key that are the same in all rows of an answer. */
  readonly fixed: readonly string[];
}

const orders: Record<OrderField, readonly string[]> = {
  startTime: ['startTime', 'seq'],
  functionName: ['functionName', 'startTime', 'seq'],
  requestId: ['requestId', 'startTime', 'seq'],
  duration: ['durationUs', 'startTime', 'seq'],
  memUsage: ['memUsageBytes', 'startTime', 'seq'],
};

const NAMESPACE = ['namespace'];
const FUNCTION = ['namespace', 'functionName'];

const sourcesOfAll: Record<OrderField, PageSource> = {
  startTime: { projection: 'by_start', fixed: NAMESPACE, orderBy: orders.startTime },
  functionName: { fixed: NAMESPACE, orderBy: orders.functionName },
  requestId: { projection: 'by_request', fixed: NAMESPACE, orderBy: orders.requestId },
  duration: { projection: 'by_duration', fixed: NAMESPACE, orderBy: orders.duration },
  memUsage: { projection: 'by_memory', fixed: NAMESPACE, orderBy: orders.memUsage },
};

const sourcesOfFunction: Record<OrderField, PageSource> = {
  startTime: { fixed: FUNCTION, orderBy: orders.startTime },
  functionName: { fixed: FUNCTION, orderBy: orders.startTime },
  requestId: { projection: 'by_request', fixed: NAMESPACE, orderBy: orders.requestId },
  duration: { projection: 'by_function_duration', fixed: FUNCTION, orderBy: orders.duration },
  memUsage: { projection: 'by_function_memory', fixed: FUNCTION, orderBy: orders.memUsage },
};

/** What beginning to read in order takes, in rows: a granule of each of several parts. */
const BEGIN_ROWS = 80_000;
/** How much more than reading on in an order a row costs that is read to be sorted. */
const SORTED_ROW_COST = 2;

/**
 * Where the positions of a page come from, and in which order.
 *
 * @param matches how many records match, where that is known
 */
export function choosePageSource(
  query: InvocationQuery,
  matches: number | undefined,
  tally: MatchTally,
): PageSource {
  const source = pageSourceOf(query);
  const { namespace, functionName, sinceUs, untilUs, orderBy, offset, limit } = query;
  if (functionName === undefined || source.projection === undefined || matches === undefined) {
    return source;
  }
  // The few matches of a function may lie far apart in an order, and close by in the table.
  const ofFunction = { namespace, functionName, sinceUs, untilUs };
  const toSort = tally.rowsWithin(ofFunction);
  const inOrder = tally.rowsWithin(
    orderBy === 'requestId' ? { namespace } : { namespace, functionName },
  );
  if (toSort === undefined || inOrder === undefined) {
    return source;
  }
  const toPass = BEGIN_ROWS + ((offset + limit) * inOrder) / Math.max(1, matches);
  return SORTED_ROW_COST * toSort < toPass ? { fixed: [], orderBy: orders[orderBy] } : source;
}

function pageSourceOf(query: InvocationQuery): PageSource {
  if (query.requestId !== undefined || isAboutWholeRecords(query)) {
    // Nothing is sorted already here. With a number as the first of the order, the engine leaves
    // out blocks that cannot reach the page any more: several times as fast on logs.
    return { fixed: [], orderBy: orders[query.orderBy] };
  }
  return query.functionName === undefined
    ? sourcesOfAll[query.orderBy]
    : sourcesOfFunction[query.orderBy];
}

/** A source as a statement at a moment reads it. */
export interface OrderedSource extends StatementSource {
  readonly orderBy: readonly string[];
}

/**
 * Naming a projection is fastest, but for a window that its order does not begin with: of a part
 * without a single run in the window every row would be passed over. Choosing for itself, the engine
 * leaves such parts out by the keys of the table.
 */
export function orderedSourceOf(
  { projection, fixed, orderBy }: PageSource,
  query: InvocationQuery,
  moment: ReadMoment,
): OrderedSource {
  if (projection === undefined) {
    return { ...wholeRecordsOf(query), orderBy };
  }
  const hasWindow = query.sinceUs !== undefined || query.untilUs !== undefined;
  if ((hasWindow && projection !== 'by_start') || !isSettled(moment)) {
    // What is fixed is named too, or the engine does not see that the projection has the order.
    return { ...preferring(projection), orderBy: [...fixed, ...orderBy] };
  }
  // Here it sees that by itself, and compares rows of several parts without what is fixed: half the time
  // of a page that lies deep.
  return { ...sourceOf(projection, moment), orderBy };
}

/** The narrowest part of the table that counts what matches. */
export function countSourceOf(query: InvocationQuery, moment: ReadMoment): StatementSource {
  if (isAboutWholeRecords(query)) {
    return wholeRecordsOf(query);
  }
  if (query.requestId !== undefined) {
    return sourceOf('by_request', moment);
  }
  return sourceOf(query.functionName === undefined ? 'by_start' : undefined, moment);
}

/**
 * The table, or the few records of it that have the request id that is asked for: whole records, so
 * that every filter can be asked of them.
 */
function wholeRecordsOf({ requestId }: InvocationQuery): StatementSource {
  if (requestId === undefined) {
    return { from: TABLE, settings: { optimize_use_projections: 0 } };
  }
  const { from, settings } = preferring('by_request');
  return {
    from: `(
  SELECT * FROM ${TABLE}
  WHERE namespace = {namespace:String}
    AND (namespace, functionName, startTime, seq) IN (
      SELECT namespace, functionName, startTime, seq
      FROM ${from}
      WHERE namespace = {namespace:String} AND requestId = {requestId:String}
    )
)`,
    settings,
  };
}

/** The projections carry neither status codes nor texts nor time limits. */
function isAboutWholeRecords(query: InvocationQuery): boolean {
  const { statusCodes, keyword, search, contains, regex, errorShape, cold, slowerThan } = query;
  return (
    [statusCodes, keyword, search, contains, regex, errorShape, cold, slowerThan].some(
      (value) => value !== undefined,
    ) || isAboutUnfinished(query)
  );
}
