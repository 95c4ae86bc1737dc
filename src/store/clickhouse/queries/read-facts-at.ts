// The unknown fields of records by their positions, without anything else of them.

import type { ClickHouseClient } from '@clickhouse/client';
import { decodeExtra } from '../rows.ts';
import { selectRows } from '../statement.ts';
import {
  AT_POSITIONS,
  positionParameters,
  positionSettings,
  type RowPosition,
} from './at-positions.ts';
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
  { namespace, bytesMax, deadlineMs, bounds }: Omit<ReadRowsOptions, 'cache'>,
): Promise<ReadonlyMap<number, Readonly<Record<string, unknown>>>> {
  if (positions.length === 0) {
    return new Map();
  }
  const rows = await selectRows<{ seq: number; extra: string }>(client, {
    sql: FACTS_AT,
    parameters: { ...positionParameters(namespace, positions), limit: positions.length },
    settings: positionSettings(bytesMax),
    deadlineMs,
    bounds,
  });
  return new Map(rows.map(({ seq, extra }) => [seq, decodeExtra(extra)]));
}
