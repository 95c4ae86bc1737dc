// The unknown fields of records by their positions, without anything else of them.

import type { ClickHouseClient } from '@clickhouse/client';
import { decodeExtra, ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import { AT_POSITIONS, positionParameters, type RowPosition } from './at-positions.ts';
import type { ReadRowsOptions } from './read-rows-at.ts';

const FACTS_AT = `
SELECT seq, extra
FROM invocations
WHERE ${AT_POSITIONS}
LIMIT {limit:UInt64}`;

/**
 * @param positions of records in one namespace
 * @returns the unknown fields by the record's seq
 */
export async function readFactsAt(
  client: ClickHouseClient,
  positions: readonly RowPosition[],
  { namespace, bytesMax, deadlineMs }: ReadRowsOptions,
): Promise<ReadonlyMap<number, Readonly<Record<string, unknown>>>> {
  if (positions.length === 0) {
    return new Map();
  }
  const rows = await selectRows<{ seq: number; extra: string }>(client, {
    sql: FACTS_AT,
    parameters: { ...positionParameters(namespace, positions), limit: positions.length },
    settings: {
      ...ROW_SETTINGS,
      optimize_use_projections: 0,
      max_result_bytes: bytesMax,
      result_overflow_mode: 'throw',
    },
    deadlineMs,
  });
  return new Map(rows.map(({ seq, extra }) => [seq, decodeExtra(extra)]));
}
