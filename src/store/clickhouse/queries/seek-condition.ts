// What comes after a place in an order.

import type { InvocationQuery, OrderField } from '../../../domain/invocation-query.ts';
import { hasTextKeys } from '../../../domain/page-position.ts';
import type { MatchConditions } from './match-conditions.ts';

const columns: Record<OrderField, string> = {
  startTime: 'startTime',
  functionName: 'functionName',
  requestId: 'requestId',
  duration: 'durationUs',
  memUsage: 'memUsageBytes',
};

/**
 * The first condition is one that the engine finds its place in the order with; the rest decides
 * among equal keys. The sequence is hidden from the look into the keys, as in VISIBLE.
 *
 * @returns undefined where the page begins at the first record
 */
export function seekCondition({
  after,
  orderBy,
  order,
}: InvocationQuery): MatchConditions | undefined {
  if (after === undefined) {
    return undefined;
  }
  const key = columns[orderBy];
  const beyond = order === 'asc' ? '>' : '<';
  const at = {
    key: keyPlaceholder(orderBy),
    start: 'fromUnixTimestamp64Micro({afterStartUs:Int64})',
    seq: '{afterSeq:UInt64}',
  };
  return {
    where: `${key} ${beyond}= ${at.key}
  AND (
    ${key} ${beyond} ${at.key}
    OR startTime ${beyond} ${at.start}
    OR (startTime = ${at.start} AND bitOr(seq, 0) ${beyond} ${at.seq})
  )`,
    parameters: { afterKey: after.key, afterStartUs: after.startTimeUs, afterSeq: after.seq },
  };
}

function keyPlaceholder(orderBy: OrderField): string {
  if (orderBy === 'startTime') {
    return 'fromUnixTimestamp64Micro({afterKey:Int64})';
  }
  return hasTextKeys(orderBy) ? '{afterKey:String}' : '{afterKey:UInt64}';
}
