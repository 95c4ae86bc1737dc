// Whole rows by their positions.

import type { ClickHouseClient } from '@clickhouse/client';
import { AppError } from '../../../domain/errors.ts';
import type { Invocation } from '../../../domain/invocation.ts';
import type { ReadOptions } from '../../../domain/ports.ts';
import type { RowCache } from '../row-cache.ts';
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
/** A larger page would push everything else out of the cache. */
const CACHED_PAGE_ROWS = 100;

export interface ReadRowsOptions extends ReadOptions {
  readonly namespace: string;
  /** All rows together; over it AppError page_too_large. */
  readonly bytesMax: number;
  readonly cache: RowCache;
}

interface ReadRecord {
  readonly record: Invocation;
  readonly textLength: number;
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
    // Kept here: while the others are read, another page may push them out of the cache.
    const cached = new Map(slice.map(({ seq }) => [seq, options.cache.get(seq)]));
    const unread = slice.filter(({ seq }) => cached.get(seq) === undefined);
    const read = await readSlice(client, unread, options);
    for (const { seq } of slice) {
      const record = read.get(seq)?.record ?? cached.get(seq);
      if (record !== undefined) {
        invocations.push(record);
      }
    }
    if (positions.length <= CACHED_PAGE_ROWS) {
      for (const [seq, { record, textLength }] of read) {
        options.cache.add(seq, record, textLength);
      }
    }
    assertBounded(invocations, options.bytesMax);
  }
  return invocations;
}

async function readSlice(
  client: ClickHouseClient,
  slice: readonly RowPosition[],
  { namespace, bytesMax, deadlineMs, bounds }: ReadRowsOptions,
): Promise<ReadonlyMap<number, ReadRecord>> {
  if (slice.length === 0) {
    return new Map();
  }
  const rows = await selectRows<InvocationRow>(client, {
    sql: ROWS_AT,
    parameters: { ...positionParameters(namespace, slice), limit: slice.length },
    settings: positionSettings(bytesMax),
    deadlineMs,
    bounds,
  });
  return new Map(
    rows.map((row) => {
      const textLength = row.log.length + row.retMsg.length + row.extra.length;
      return [row.seq, { record: decodeRow(row), textLength }];
    }),
  );
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
