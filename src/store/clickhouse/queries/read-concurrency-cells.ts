// How many runs of each function go on at once, slice by slice: at most, and in the mean. Of runs that
// have ended.

import type { ClickHouseClient } from '@clickhouse/client';
import { type SliceConcurrency, sweepConcurrency } from '../concurrency-sweep.ts';
import { SLICE_US } from '../figures/slice-time.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { CountOptions } from './count-matches.ts';
import { matchConditions } from './match-conditions.ts';
import { readLongestUs } from './read-longest.ts';
import { readRunTimes } from './read-run-times.ts';
import { type StretchQuery, stretchEnds } from './stretch-conditions.ts';

export interface ConcurrencyCellRow extends Omit<SliceConcurrency, 'timeUs'> {
  readonly functionName: string;
  readonly slice: number;
}

/** Of one statement, more than the runs that are read at once can have. */
const CELLS_MAX = 1_000_000;

const START_US = 'toUnixTimestamp64Micro(startTime)';

/** Each run is three events of every slice that it touches: nothing at its begin, one more, one less. */
function cellsSql(where: string, within: string): string {
  return `SELECT
  functionName,
  slice,
  max(going) AS most,
  argMax(atUs, (going, -atUs)) AS mostAtUs,
  sum(going * (nextUs - atUs)) AS area,
  sum(begun) AS begun,
  sum(carried) AS carried
FROM (
  SELECT functionName, slice, atUs, begun, carried,
    sum(more) OVER (PARTITION BY functionName, slice ORDER BY atUs
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS going,
    leadInFrame(atUs, 1, toUs) OVER (PARTITION BY functionName, slice ORDER BY atUs
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS nextUs
  FROM (
    SELECT functionName, slice, event.1 AS atUs, any(toUs) AS toUs,
      sum(event.2) AS more, sum(event.3) AS begun, sum(event.4) AS carried
    FROM (
      SELECT functionName, slice, toUs, arrayJoin([
        (fromUs, toInt64(0), toInt64(0), toInt64(0)),
        (greatest(beginUs, fromUs), toInt64(1), toInt64(beginUs >= fromUs), toInt64(beginUs < fromUs)),
        (least(endUs, toUs), toInt64(-1), toInt64(0), toInt64(0))]) AS event
      FROM (
        SELECT functionName, beginUs, endUs,
          toInt64(arrayJoin(range(
            toUInt64(intDiv(greatest(beginUs, {sinceUs:Int64}), ${SLICE_US})),
            toUInt64(intDiv(least(endUs, {untilUs:Int64}) - 1, ${SLICE_US}) + 1)))) AS slice,
          greatest(slice * ${SLICE_US}, {sinceUs:Int64}) AS fromUs,
          least((slice + 1) * ${SLICE_US}, {untilUs:Int64}) AS toUs
        FROM (
          SELECT functionName, ${START_US} AS beginUs, ${START_US} + toInt64(durationUs) AS endUs
          FROM invocations
          WHERE ${where}
            AND startTime >= fromUnixTimestamp64Micro({earliestUs:Int64})
            AND startTime < fromUnixTimestamp64Micro({untilUs:Int64})
            AND retCode != 2
            AND endUs > {sinceUs:Int64}
            AND endUs > beginUs
        )
      )
      WHERE ${within}
    )
    GROUP BY functionName, slice, atUs
    HAVING atUs < toUs
  )
)
GROUP BY functionName, slice
LIMIT {limit:UInt64}`;
}

/** @param query its stretches are of one window: nothing lies between two parts of one slice */
export async function readConcurrencyCells(
  client: ClickHouseClient,
  { functionName, ...query }: StretchQuery,
  at: CountOptions,
): Promise<ConcurrencyCellRow[]> {
  if (functionName === undefined) {
    return await readAllFunctions(client, query, at);
  }
  const rows: ConcurrencyCellRow[] = [];
  for (const stretch of query.stretches) {
    const about = { namespace: query.namespace, functionName, ...stretch, mayBeOpen: false };
    const times = await readRunTimes(client, about, at);
    for (const { timeUs, ...slice } of await sweepConcurrency(times, {
      ...stretch,
      stepUs: SLICE_US,
    })) {
      rows.push({ functionName, slice: timeUs / SLICE_US, ...slice });
    }
  }
  return rows;
}

/** In the engine: it has many at once, and none of them with a name and an order of its own. */
async function readAllFunctions(
  client: ClickHouseClient,
  { namespace, stretches }: StretchQuery,
  at: CountOptions,
): Promise<ConcurrencyCellRow[]> {
  const { where, parameters } = matchConditions({ namespace }, at.mark);
  const sinceUs = Math.min(...stretches.map((stretch) => stretch.sinceUs));
  const untilUs = Math.max(...stretches.map((stretch) => stretch.untilUs));
  const within = stretches.map(
    (_, nth) => `(fromUs >= {since${nth}:Int64} AND toUs <= {until${nth}:Int64})`,
  );
  const longestUs = await readLongestUs(client, { namespace }, at);
  return await selectRows<ConcurrencyCellRow>(client, {
    sql: cellsSql(where, within.join('\n        OR ')),
    parameters: {
      ...{ ...parameters, ...stretchEnds(stretches), sinceUs, untilUs },
      earliestUs: Math.max(0, sinceUs - longestUs),
      limit: CELLS_MAX,
    },
    settings: { ...ROW_SETTINGS, optimize_use_projections: 0 },
    deadlineMs: at.deadlineMs,
    bounds: at.bounds,
  });
}
