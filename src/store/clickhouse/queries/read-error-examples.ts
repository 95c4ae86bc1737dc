// Failed runs by their positions, each with its message.

import type { ClickHouseClient } from '@clickhouse/client';
import type { ErrorGroup } from '../../../domain/error-groups.ts';
import { selectRows } from '../statement.ts';
import {
  AT_POSITIONS,
  positionParameters,
  positionSettings,
  type RowPosition,
} from './at-positions.ts';
import type { CountOptions } from './count-matches.ts';
import { failedRuns } from './error-shape.ts';

export interface ErrorExample extends Readonly<ErrorGroup['example']> {
  readonly seq: number;
}

const COLUMNS =
  'functionName, requestId, statusCode, toUnixTimestamp64Micro(startTime) AS startTimeUs, seq';
const BYTES_MAX = 16 * 1024 * 1024;

/** @returns in no order */
export async function readErrorExamples(
  client: ClickHouseClient,
  {
    namespace,
    positions,
  }: { readonly namespace: string; readonly positions: readonly RowPosition[] },
  { deadlineMs, bounds }: CountOptions,
): Promise<ErrorExample[]> {
  return await selectRows<ErrorExample>(client, {
    sql: `SELECT functionName, requestId, statusCode, startTimeUs, seq, message
FROM ${failedRuns(COLUMNS, AT_POSITIONS)}
LIMIT {limit:UInt64}`,
    parameters: { ...positionParameters(namespace, positions), limit: positions.length },
    settings: positionSettings(BYTES_MAX),
    deadlineMs,
    bounds,
  });
}
