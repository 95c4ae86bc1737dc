// The condition and the parameters that read rows by their positions.

import type { StatementParameters } from '../statement.ts';

/** With the namespace, the table's sort key: enough to read the row at once. */
export interface RowPosition {
  readonly functionName: string;
  readonly startTimeUs: number;
  readonly seq: number;
}

/** A condition on the table `invocations`, with the parameters of `positionParameters`. */
export const AT_POSITIONS = `(namespace, functionName, invocations.startTime, seq) IN (
  SELECT {namespace:String}, at.1, fromUnixTimestamp64Micro(at.2), at.3
  FROM (
    SELECT arrayJoin(arrayZip(
      {functionNames:Array(String)}, {startTimesUs:Array(Int64)}, {seqs:Array(UInt64)})) AS at
  )
)`;

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
