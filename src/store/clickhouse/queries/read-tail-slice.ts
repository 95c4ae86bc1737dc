// Records by ingest sequence.

import type { ClickHouseClient } from '@clickhouse/client';
import type { TailSlice, TailSliceQuery } from '../../../domain/tail.ts';
import { decodeRow, type InvocationRow, ROW_COLUMNS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import { positionSettings } from './at-positions.ts';
import type { CountOptions } from './count-matches.ts';
import { matchConditions } from './match-conditions.ts';

export interface ReadTailOptions extends CountOptions {
  /** All rows together; over it AppError page_too_large. */
  readonly bytesMax: number;
}

export async function readTailSlice(
  client: ClickHouseClient,
  { filter, afterSeq, untilSeq, limit }: TailSliceQuery,
  { lostRule, deadlineMs, bounds, bytesMax }: ReadTailOptions,
): Promise<TailSlice> {
  const { where, parameters } = matchConditions(filter, untilSeq, lostRule);
  const rows = await selectRows<InvocationRow>(client, {
    sql: `SELECT ${ROW_COLUMNS}
FROM invocations
WHERE ${where}
  AND bitOr(seq, 0) > {afterSeq:UInt64}
ORDER BY seq
LIMIT {limit:UInt64}`,
    parameters: { ...parameters, afterSeq, limit },
    settings: positionSettings(bytesMax),
    deadlineMs,
    bounds,
  });
  const records = rows.map((row) => ({ seq: row.seq, invocation: decodeRow(row) }));
  return { records, toSeq: rows.length < limit ? untilSeq : (records.at(-1)?.seq ?? untilSeq) };
}
