// A place in an order: where a page ended, so that the next one begins right after it.

import type { Invocation } from './invocation.ts';
import type { OrderField } from './invocation-query.ts';

export interface PagePosition {
  /** What the record is ordered by: a number, or a text in the orders of names and request ids. */
  readonly key: number | string;
  readonly startTimeUs: number;
  /** The ingest sequence. */
  readonly seq: number;
}

const keys: Record<OrderField, (record: Invocation) => number | string> = {
  startTime: ({ startTimeUs }) => startTimeUs,
  functionName: ({ functionName }) => functionName,
  requestId: ({ requestId }) => requestId,
  duration: ({ durationUs }) => durationUs,
  memUsage: ({ memUsageBytes }) => memUsageBytes,
};

/** What a record is ordered by. */
export function orderKeyOf(record: Invocation, orderBy: OrderField): number | string {
  return keys[orderBy](record);
}

/** Whether the keys of this order are texts. */
export function hasTextKeys(orderBy: OrderField): boolean {
  return orderBy === 'functionName' || orderBy === 'requestId';
}
