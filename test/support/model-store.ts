// What a store must answer, worked out from the records themselves: filter, sort, cut. Slow and
// plain on purpose; it shares nothing with the real one.

import type { Invocation } from '../../src/domain/invocation.ts';
import type { InvocationPage } from '../../src/domain/invocation-page.ts';
import type { InvocationQuery } from '../../src/domain/invocation-query.ts';

/** @param records in the order of their ingest, each identity once */
export function answerFrom(records: readonly Invocation[], query: InvocationQuery): InvocationPage {
  const sign = query.order === 'asc' ? 1 : -1;
  const matching = records
    .map((record, ingest) => ({ record, ingest }))
    .filter(({ record }) => matches(record, query))
    .sort((a, b) => {
      const bySort = compare(sortValue(a.record, query), sortValue(b.record, query));
      const byStart = compare(a.record.startTimeUs, b.record.startTimeUs);
      return sign * (bySort || byStart || a.ingest - b.ingest);
    })
    .map(({ record }) => record);
  return {
    total: matching.length,
    invocations: matching.slice(query.offset, query.offset + query.limit),
  };
}

function matches(record: Invocation, query: InvocationQuery): boolean {
  return (
    record.namespace === query.namespace &&
    (query.functionName ?? record.functionName) === record.functionName &&
    (query.qualifier ?? record.qualifier) === record.qualifier &&
    (query.requestId ?? record.requestId) === record.requestId &&
    (query.status ?? statusOf(record)) === statusOf(record) &&
    record.startTimeUs >= (query.sinceUs ?? 0) &&
    record.startTimeUs < (query.untilUs ?? Number.POSITIVE_INFINITY)
  );
}

function statusOf({ retCode }: Invocation) {
  return retCode === 0 ? 'ok' : retCode === 2 ? 'running' : 'failed';
}

function sortValue(record: Invocation, { orderBy }: InvocationQuery): string | number {
  switch (orderBy) {
    case 'startTime':
      return record.startTimeUs;
    case 'functionName':
      return record.functionName;
    case 'requestId':
      return record.requestId;
    case 'duration':
      return record.durationUs;
    case 'memUsage':
      return record.memUsageBytes;
    default:
      return orderBy satisfies never;
  }
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
