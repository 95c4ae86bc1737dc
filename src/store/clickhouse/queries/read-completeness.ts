// How complete the records of a scope are, by reading them.

import type { ClickHouseClient } from '@clickhouse/client';
import type { Completeness, CompletenessScope } from '../../../domain/completeness.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { CountOptions } from './count-matches.ts';
import { matchConditions, OVERDUE, overdueParameters } from './match-conditions.ts';
import { TRAITS } from './run-traits.ts';

export type StoredCompleteness = Omit<Completeness, 'duplicates' | 'rejected'>;

const COUNTS = `
  count() AS runs,
  max(toUnixTimestamp64Micro(startTime)) AS newestUs,
  sum(late) AS lateRuns,
  sum(cut) AS cutRuns,
  sum(replaced) AS replacedRuns,
  countIf(retCode = 2 AND NOT (${OVERDUE})) AS running,
  countIf(retCode = 2 AND ${OVERDUE}) AS lost`;

interface CompletenessRow {
  readonly runs: number;
  readonly newestUs: number;
  readonly lateRuns: number;
  readonly cutRuns: number;
  readonly replacedRuns: number;
  readonly running: number;
  readonly lost: number;
}

/** @param unfinishedOnly whether to look at runs without an end alone */
export async function readCompleteness(
  client: ClickHouseClient,
  { namespace, functionName, sinceUs, untilUs }: CompletenessScope,
  {
    lostRule,
    deadlineMs,
    bounds,
    mark,
    unfinishedOnly = false,
  }: CountOptions & { readonly unfinishedOnly?: boolean },
): Promise<StoredCompleteness> {
  const scope = {
    namespace,
    ...(functionName === undefined ? {} : { functionName }),
    ...(sinceUs === undefined ? {} : { sinceUs }),
    ...(untilUs === undefined ? {} : { untilUs }),
  };
  const { where, parameters } = matchConditions(scope, mark, lostRule);
  const [row] = await selectRows<CompletenessRow>(client, {
    sql: `SELECT ${COUNTS}
FROM (
  SELECT startTime, retCode, timeLimitMs, ${TRAITS}
  FROM invocations
  WHERE ${where}${unfinishedOnly ? '\n    AND retCode = 2' : ''}
)
LIMIT 1`,
    parameters: { ...parameters, ...overdueParameters(lostRule) },
    settings: { ...ROW_SETTINGS, optimize_use_projections: 0 },
    deadlineMs,
    bounds,
  });
  const { runs = 0, newestUs = 0, running = 0, lost = 0 } = row ?? {};
  return {
    ...{ runs, running, lost },
    newestUs: runs === 0 ? undefined : newestUs,
    late: row?.lateRuns ?? 0,
    cut: row?.cutRuns ?? 0,
    replaced: row?.replacedRuns ?? 0,
  };
}
