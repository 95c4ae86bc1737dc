// Pages of one request id: a handful of records, found by one statement over the narrow projection,
// counted by being found, and sorted here.

import type { ClickHouseClient } from '@clickhouse/client';
import type { Invocation } from '../../domain/invocation.ts';
import type { InvocationPage } from '../../domain/invocation-page.ts';
import type { InvocationQuery, OrderField } from '../../domain/invocation-query.ts';
import { orderKeyOf } from '../../domain/page-position.ts';
import type { RowPosition } from './queries/at-positions.ts';
import type { CountOptions } from './queries/count-matches.ts';
import { findRequestPositions } from './queries/find-request-positions.ts';

/** A request with more records is answered like any other question. */
const RECORDS_MAX = 20;

/** What the projection by request id has columns for, and what says which matches are shown. */
const ANSWERED = new Set<string>([
  ...['namespace', 'requestId', 'functionName', 'qualifier', 'status', 'sinceUs', 'untilUs'],
  ...['orderBy', 'order', 'limit', 'offset', 'asOf'],
]);

export interface RequestPageOptions extends CountOptions {
  /** Reads whole records, in the order of their positions. */
  readonly readRows: (positions: readonly RowPosition[]) => Promise<readonly Invocation[]>;
}

/** Whether `readRequestPage` may be asked. */
export function isOfOneRequest(query: InvocationQuery): boolean {
  const { requestId, status } = query;
  const named = Object.entries(query).filter(([, value]) => value !== undefined);
  return (
    requestId !== undefined &&
    status !== 'running' &&
    status !== 'lost' &&
    named.every(([name]) => ANSWERED.has(name))
  );
}

/** @returns undefined where the request has so many records that they are not all to be read */
export async function readRequestPage(
  client: ClickHouseClient,
  query: InvocationQuery,
  { readRows, ...at }: RequestPageOptions,
): Promise<InvocationPage | undefined> {
  const positions = await findRequestPositions(client, query, {
    ...at,
    positionsMax: RECORDS_MAX + 1,
  });
  if (positions.length > RECORDS_MAX) {
    return undefined;
  }
  const { offset, limit, orderBy, order } = query;
  const total = positions.length;
  const records = offset < total && limit > 0 ? await readRows(positions) : [];
  const sorted = records
    .map((record, index) => ({ record, seq: positions[index]?.seq ?? 0 }))
    .sort((one, other) => compare(one, other, orderBy));
  const inOrder = order === 'asc' ? sorted : sorted.reverse();
  const shown = inOrder.slice(offset, offset + limit);
  const page = { total, invocations: shown.map(({ record }) => record), asOf: at.mark };
  const last = shown.at(-1);
  if (at.withNext !== true || last === undefined || offset + limit >= total) {
    return page;
  }
  const { record, seq } = last;
  const next = { key: orderKeyOf(record, orderBy), startTimeUs: record.startTimeUs, seq };
  return { ...page, next };
}

interface Placed {
  readonly record: Invocation;
  readonly seq: number;
}

function compare(one: Placed, other: Placed, orderBy: OrderField): number {
  return (
    compareKeys(orderKeyOf(one.record, orderBy), orderKeyOf(other.record, orderBy)) ||
    one.record.startTimeUs - other.record.startTimeUs ||
    one.seq - other.seq
  );
}

/** Texts byte by byte, as the engine does. */
function compareKeys(one: number | string, other: number | string): number {
  return typeof one === 'number' && typeof other === 'number'
    ? one - other
    : Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
}
