// Whole rows by their positions.

import type { ClickHouseClient } from '@clickhouse/client';
import { AppError } from '../../../domain/errors.ts';
import type { Invocation } from '../../../domain/invocation.ts';
import { decodeRow, type InvocationRow, ROW_COLUMNS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import {
  AT_POSITIONS,
  positionParameters,
  positionSettings,
  type RowPosition,
} from './at-positions.ts';

const ROWS_AT = `
SELECT ${ROW_COLUMNS}
FROM invocations
WHERE ${AT_POSITIONS}
LIMIT {limit:UInt64}`;

/** Rows of one statement; more positions are read in slices, so that a slice's bytes are bounded. */
const SLICE_ROWS = 1_000;

export interface ReadRowsOptions {
  readonly namespace: string;
  /** All rows together; over it AppError page_too_large. */
  readonly bytesMax: number;
  readonly deadlineMs: number;
}

/**
 * @param positions of records in one namespace
 * @returns their records, in the order of `positions`
 */
export async function readRowsAt(
  client: ClickHouseClient,
  positions: readonly RowPosition[],
  options: ReadRowsOptions,
): Promise<Invocation[]> {
  const invocations: Invocation[] = [];
  for (let from = 0; from < positions.length; from += SLICE_ROWS) {
    const slice = positions.slice(from, from + SLICE_ROWS);
    invocations.push(...(await readSlice(client, slice, options)));
    assertBounded(invocations, options.bytesMax);
  }
  return invocations;
}

async function readSlice(
  client: ClickHouseClient,
  slice: readonly RowPosition[],
  { namespace, bytesMax, deadlineMs }: ReadRowsOptions,
): Promise<Invocation[]> {
  const rows = await selectRows<InvocationRow>(client, {
    sql: ROWS_AT,
    parameters: { ...positionParameters(namespace, slice), limit: slice.length },
    settings: positionSettings(bytesMax),
    deadlineMs,
  });
  const bySeq = new Map(rows.map((row) => [row.seq, row]));
  return slice.flatMap(({ seq }) => {
    const row = bySeq.get(seq);
    return row === undefined ? [] : [decodeRow(row)];
  });
}

function assertBounded(invocations: readonly Invocation[], bytesMax: number): void {
  const bytes = invocations.reduce((sum, { log, retMsg }) => sum + log.length + retMsg.length, 0);
  if (bytes > bytesMax) {
    throw new AppError(
      'page_too_large',
      `the rows of this page are more than ${bytesMax} bytes; ask for a smaller limit`,
      { details: { bytesMax } },
    );
  }
}
