// What the store holds, by function, hour and outcome: read once, at a start.

import type { ClickHouseClient } from '@clickhouse/client';
import type { ReadMoment } from '../projections.ts';
import { ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import type { StoredTally, TallyHourRow, TallyRow } from '../stored-tally.ts';
import { VISIBLE } from './match-conditions.ts';
import { TRAITS } from './run-traits.ts';

const STATUS = "multiIf(retCode = 0, 'ok', retCode = 2, 'unfinished', 'failed') AS status";
const HOUR = 'intDiv(toUnixTimestamp64Micro(startTime), 3600000000) AS hour';
/** Functions of all namespaces, three outcomes each. */
const TOTAL_ROWS_MAX = 300_000;

export interface LoadTallyOptions extends ReadMoment {
  /** The newest hours; earlier ones are left out as a whole. */
  readonly hourRowsMax: number;
  readonly deadlineMs: number;
}

/** @returns what is in sight at the mark; undefined where there are too many functions */
export async function loadTally(
  client: ClickHouseClient,
  { hourRowsMax, deadlineMs, ...moment }: LoadTallyOptions,
): Promise<StoredTally | undefined> {
  const { mark } = moment;
  const select = <Row>(columns: string, keys: string, limit: number) =>
    selectRows<Row>(client, {
      sql: `SELECT ${columns}, count() AS runs,
  sum(late) AS lateRuns, sum(cut) AS cutRuns, sum(replaced) AS replacedRuns,
  max(toUnixTimestamp64Micro(startTime)) AS newestUs
FROM (
  SELECT namespace, functionName, startTime, retCode, ${TRAITS}
  FROM invocations
  WHERE ${VISIBLE}
)
GROUP BY ${keys}
LIMIT {limit:UInt64}`,
      parameters: { mark, limit },
      settings: { ...ROW_SETTINGS, optimize_use_projections: 0 },
      deadlineMs,
    });
  const totals = await select<TallyRow>(
    `namespace, functionName, ${STATUS}`,
    'namespace, functionName, status',
    TOTAL_ROWS_MAX + 1,
  );
  if (totals.length > TOTAL_ROWS_MAX) {
    return undefined;
  }
  const hours = await select<TallyHourRow>(
    `namespace, functionName, ${STATUS}, ${HOUR}`,
    'namespace, functionName, status, hour\nORDER BY hour DESC',
    hourRowsMax,
  );
  // The last one told may be told in part only.
  const firstHour =
    hours.length < hourRowsMax ? Number.NEGATIVE_INFINITY : (hours.at(-1)?.hour ?? 0) + 1;
  return { totals, hours: hours.filter(({ hour }) => hour >= firstHour), firstHour };
}
