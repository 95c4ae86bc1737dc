// How many runs go on at once. Each run is two events: one more at its start, one less at its end.
// Their sum, from event to event, is the number at every moment.

import type { ClickHouseClient } from '@clickhouse/client';
import { AppError } from '../../../domain/errors.ts';
import {
  type ChartQuery,
  CONCURRENT_RUNS_MAX,
  type Concurrency,
  SLICES_MAX,
} from '../../../domain/run-charts.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { CountOptions } from './count-matches.ts';
import { matchConditions, overdueParameters } from './match-conditions.ts';

interface SliceRow {
  readonly timeUs: number;
  readonly most: number;
  readonly mostAtUs: number;
  /** Runs times microseconds. */
  readonly area: number;
  readonly begun: number;
}

const START_US = 'toUnixTimestamp64Micro(startTime)';

/** Where the time of a run is over. One without an end may take as long as its limit says. */
const END_US = `${START_US} + if(retCode != 2, toInt64(durationUs), greatest(0, least(
      {nowUs:Int64} - ${START_US},
      1000 * toInt64(if(timeLimitMs = 0, {assumedLimitMs:UInt64}, timeLimitMs)))))`;

/**
 * Slices begin with an event of no run, so that none of them is without one and the number is known
 * from its first moment on.
 */
function concurrencySql(where: string): string {
  return `SELECT
  intDiv(atUs, {stepUs:Int64}) * {stepUs:Int64} AS timeUs,
  max(going) AS most,
  argMax(atUs, (going, -atUs)) AS mostAtUs,
  sum(going * (nextUs - atUs)) AS area,
  sum(begun) AS begun
FROM (
  SELECT atUs, begun,
    sum(more) OVER (ORDER BY atUs ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS going,
    leadInFrame(atUs, 1, {untilUs:Int64})
      OVER (ORDER BY atUs ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS nextUs
  FROM (
    SELECT event.1 AS atUs, sum(event.2) AS more, countIf(event.2 > 0) AS begun
    FROM (
      SELECT arrayJoin([
        (greatest(beginUs, {sinceUs:Int64}), toInt64(1)),
        (least(endUs, {untilUs:Int64}), toInt64(-1))]) AS event
      FROM (
        SELECT ${START_US} AS beginUs, ${END_US} AS endUs
        FROM invocations
        WHERE ${where}
          AND endUs > {sinceUs:Int64}
          AND endUs > beginUs
        LIMIT {runsMax:UInt64}
      )
      UNION ALL
      SELECT (greatest({firstUs:Int64} + toInt64(number) * {stepUs:Int64}, {sinceUs:Int64}), toInt64(0))
      FROM numbers({slices:UInt64})
    )
    GROUP BY atUs
  )
  WHERE atUs < {untilUs:Int64}
)
GROUP BY timeUs
ORDER BY timeUs
LIMIT {slices:UInt64}`;
}

/** @throws AppError page_too_large and query_too_costly, as ChartReader.concurrency says */
export async function readConcurrency(
  client: ClickHouseClient,
  query: ChartQuery,
  { lostRule, deadlineMs, bounds, mark }: CountOptions,
): Promise<Omit<Concurrency, 'asOf'>> {
  const { stepSeconds, asOf, sinceUs, ...filter } = query;
  const { untilUs } = filter;
  const stepUs = stepSeconds * 1_000_000;
  const firstUs = Math.floor(sinceUs / stepUs) * stepUs;
  const slices = Math.ceil((untilUs - firstUs) / stepUs);
  if (slices > SLICES_MAX) {
    throw new AppError(
      'page_too_large',
      `step: the window has ${slices} slices of ${stepSeconds} seconds; at most ${SLICES_MAX}, so choose a longer step or a shorter window (since, until)`,
      { details: { parameter: 'step', slicesMax: SLICES_MAX } },
    );
  }
  const { where, parameters } = matchConditions(filter, mark, lostRule);
  const rows = await selectRows<SliceRow>(client, {
    sql: concurrencySql(where),
    parameters: {
      ...parameters,
      ...overdueParameters(lostRule),
      nowUs: (lostRule?.nowMs ?? 0) * 1000,
      runsMax: CONCURRENT_RUNS_MAX + 1,
      ...{ stepUs, sinceUs, firstUs, slices },
    },
    settings: { ...ROW_SETTINGS, optimize_use_projections: 0 },
    deadlineMs,
    bounds,
  });
  return concurrencyOf(rows, { sinceUs, untilUs, stepUs });
}

function concurrencyOf(
  rows: readonly SliceRow[],
  { sinceUs, untilUs, stepUs }: Record<'sinceUs' | 'untilUs' | 'stepUs', number>,
): Omit<Concurrency, 'asOf'> {
  let [max, maxAtUs, runs] = [0, sinceUs, 0];
  const points = rows.map(({ timeUs, most, mostAtUs, area, begun }) => {
    runs += begun;
    if (most > max) {
      [max, maxAtUs] = [most, mostAtUs];
    }
    const within = Math.min(timeUs + stepUs, untilUs) - Math.max(timeUs, sinceUs);
    return { timeUs, max: most, mean: area / within };
  });
  if (runs > CONCURRENT_RUNS_MAX) {
    throw new AppError(
      'query_too_costly',
      `more than ${CONCURRENT_RUNS_MAX} runs went on in this window: name a function, or a shorter window (since, until)`,
      { details: { runsMax: CONCURRENT_RUNS_MAX } },
    );
  }
  return { max, maxAtUs, runs, points };
}
