// The failed runs of some stretches of time, counted by slice, function, version and shape.

import type { ClickHouseClient } from '@clickhouse/client';
import { SLICE_US } from '../figures/slice-time.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { CountOptions } from './count-matches.ts';
import { failedRuns, SHAPE, SHAPE_ID } from './error-shape.ts';
import { type StretchQuery, stretchConditions } from './stretch-conditions.ts';

/** How many failed runs of a shape a function has in a slice. */
export interface ErrorCellRow {
  readonly functionName: string;
  readonly qualifier: string;
  readonly slice: number;
  readonly shapeId: string;
  readonly shape: string;
  readonly runs: number;
  readonly firstSeenUs: number;
  readonly lastSeenUs: number;
  /** The sequence of the one that was seen last; of several with one start, the last. */
  readonly lastSeq: number;
}

/** Of one statement, more than the runs that are read at once can have. */
const CELLS_MAX = 1_000_000;

const COLUMNS = 'functionName, qualifier, toUnixTimestamp64Micro(startTime) AS startTimeUs, seq';

export async function readErrorCells(
  client: ClickHouseClient,
  query: StretchQuery,
  { deadlineMs, bounds, mark }: CountOptions,
): Promise<ErrorCellRow[]> {
  const { where, parameters } = stretchConditions(query, mark);
  return await selectRows<ErrorCellRow>(client, {
    sql: `SELECT
  functionName,
  qualifier,
  intDiv(startTimeUs, ${SLICE_US}) AS slice,
  ${SHAPE} AS shape,
  ${SHAPE_ID} AS shapeId,
  count() AS runs,
  min(startTimeUs) AS firstSeenUs,
  max(startTimeUs) AS lastSeenUs,
  argMax(seq, (startTimeUs, seq)) AS lastSeq
FROM ${failedRuns(COLUMNS, where)}
GROUP BY functionName, qualifier, slice, shape
LIMIT {limit:UInt64}`,
    parameters: { ...parameters, limit: CELLS_MAX },
    settings: { ...ROW_SETTINGS, optimize_use_projections: 0 },
    deadlineMs,
    bounds,
  });
}
