// The condition, the parameters and the settings that read rows by their positions.

import { ROW_SETTINGS } from '../rows.ts';
import type { StatementParameters } from '../statement.ts';

/** With the namespace, the table's sort key: enough to read the row at once. */
export interface RowPosition {
  readonly functionName: string;
  readonly startTimeUs: number;
  readonly seq: number;
}

/**
 * A condition on the table `invocations`, with the parameters of `positionParameters`. The sequence
 * alone tells the rows; hidden from the look into the key, which the others are enough for.
 */
export const AT_POSITIONS = `namespace = {namespace:String}
  AND (functionName, invocations.startTime) IN (
    SELECT at.1, fromUnixTimestamp64Micro(at.2)
    FROM (
      SELECT arrayJoin(arrayZip({functionNames:Array(String)}, {startTimesUs:Array(Int64)})) AS at
    )
  )
  AND bitOr(seq, 0) IN {seqs:Array(UInt64)}`;

/** @param positions of records in one namespace */
export function positionParameters(
  namespace: string,
  positions: readonly RowPosition[],
): StatementParameters {
  return {
    namespace,
    functionNames: positions.map(({ functionName }) => functionName),
    startTimesUs: positions.map(({ startTimeUs }) => startTimeUs),
    seqs: positions.map(({ seq }) => seq),
  };
}

/** @param bytesMax over it the engine ends the statement, which is page_too_large */
export function positionSettings(bytesMax: number) {
  return {
    ...ROW_SETTINGS,
    // Left on, the engine weighs every projection for this step, which takes longer than it does.
    optimize_use_projections: 0,
    max_result_bytes: bytesMax,
    result_overflow_mode: 'throw',
  } as const;
}
