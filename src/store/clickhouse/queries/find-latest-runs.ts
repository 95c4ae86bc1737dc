// The runs of a function that began last before a moment, with the stream that each came from.

import type { ClickHouseClient } from '@clickhouse/client';
import type { LatestRun, LatestRunsQuery } from '../../../domain/ports.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { CountOptions } from './count-matches.ts';
import { VISIBLE } from './match-conditions.ts';

const LATEST_RUNS = `
SELECT requestId, retryNum, toUnixTimestamp64Micro(startTime) AS startTimeUs,
  JSONExtractString(extra, 'logStream') AS stream
FROM invocations
WHERE namespace = {namespace:String}
  AND functionName = {functionName:String}
  AND startTime <= fromUnixTimestamp64Micro({untilUs:Int64})
  AND ${VISIBLE}
ORDER BY namespace DESC, functionName DESC, startTime DESC, seq DESC
LIMIT {limit:UInt64}`;

/** @returns the newest first */
export function findLatestRuns(
  client: ClickHouseClient,
  { namespace, functionName, untilUs, limit }: LatestRunsQuery,
  { mark, deadlineMs, bounds }: CountOptions,
): Promise<LatestRun[]> {
  return selectRows<LatestRun>(client, {
    sql: LATEST_RUNS,
    parameters: { namespace, functionName, untilUs, limit, mark },
    settings: { ...ROW_SETTINGS, optimize_use_projections: 0 },
    deadlineMs,
    bounds,
  });
}
