// When the runs of a window begin and end.

import type { ClickHouseClient } from '@clickhouse/client';
import { AppError } from '../../../domain/errors.ts';
import { type ChartQuery, CONCURRENT_RUNS_MAX } from '../../../domain/run-charts.ts';
import type { RunTimes } from '../concurrency-sweep.ts';
import { decodeNumberColumns } from '../native-columns.ts';
import { selectBytes } from '../statement.ts';
import type { CountOptions } from './count-matches.ts';
import { matchConditions, overdueParameters } from './match-conditions.ts';
import { readLongestUs } from './read-longest.ts';

const START_US = 'toUnixTimestamp64Micro(startTime)';

/** Where the time of a run is over. One without an end may take as long as its limit says. */
const END_US = `${START_US} + if(retCode != 2, toInt64(durationUs), greatest(0, least(
      {nowUs:Int64} - ${START_US},
      1000 * toInt64(if(timeLimitMs = 0, {assumedLimitMs:UInt64}, timeLimitMs)))))`;

/** Runs that go on at some moment of the window, as far as they began when `began` says. */
function goingRuns(where: string, began: string): string {
  return `SELECT ${START_US} AS beginUs, ${END_US} AS endUs
  FROM invocations
  WHERE ${where}
    AND ${began}
    AND endUs > {sinceUs:Int64}
    AND endUs > beginUs`;
}

/** Those that ended did not begin earlier than the longest one takes. */
const ENDED = 'retCode != 2 AND startTime >= fromUnixTimestamp64Micro({earliestUs:Int64})';
const OPEN = 'retCode = 2';

export interface RunTimesQuery extends Omit<ChartQuery, 'stepSeconds' | 'asOf'> {
  /** Whether there may be runs without an end. */
  readonly mayBeOpen: boolean;
}

/**
 * @returns the runs that go on at some moment of the window, as sweepConcurrency takes them
 * @throws AppError query_too_costly where they are more than CONCURRENT_RUNS_MAX
 */
export async function readRunTimes(
  client: ClickHouseClient,
  { mayBeOpen, sinceUs, ...filter }: RunTimesQuery,
  at: CountOptions,
): Promise<RunTimes> {
  const { where, parameters } = matchConditions(filter, at.mark, at.lostRule);
  const runs = [ENDED, ...(mayBeOpen ? [OPEN] : [])].map((began) => goingRuns(where, began));
  const longestUs = await readLongestUs(client, filter, at);
  const bytes = await selectBytes(
    client,
    {
      sql: `SELECT toFloat64(beginUs), toFloat64(endUs)
FROM (
  ${runs.join('\n  UNION ALL\n  ')}
)
ORDER BY beginUs
LIMIT {limit:UInt64}`,
      parameters: {
        ...{ ...parameters, ...overdueParameters(at.lostRule), sinceUs },
        earliestUs: Math.max(0, sinceUs - longestUs),
        nowUs: (at.lostRule?.nowMs ?? 0) * 1000,
        limit: CONCURRENT_RUNS_MAX + 1,
      },
      settings: { optimize_use_projections: 0 },
      ...{ deadlineMs: at.deadlineMs, bounds: at.bounds },
    },
    'Native',
  );
  const [startsUs = new Float64Array(), endsUs = new Float64Array()] = decodeNumberColumns(bytes);
  if (startsUs.length > CONCURRENT_RUNS_MAX) {
    throw tooManyRuns();
  }
  return { startsUs, endsUs };
}

export function tooManyRuns(): AppError {
  return new AppError(
    'query_too_costly',
    `there are more than ${CONCURRENT_RUNS_MAX} runs in this window: name a function, or a shorter window (since, until)`,
    { details: { runsMax: CONCURRENT_RUNS_MAX } },
  );
}
