// The WHERE clause of questions about several stretches of time.

import type { StatementParameters } from '../statement.ts';
import { type MatchConditions, matchConditions } from './match-conditions.ts';

export interface StretchQuery {
  readonly namespace: string;
  /** Undefined: all of them. */
  readonly functionName?: string | undefined;
  readonly stretches: readonly Stretch[];
}

/** Starts from one moment on and before the other, in microseconds since 1970. */
export interface Stretch {
  readonly sinceUs: number;
  readonly untilUs: number;
}

export function stretchConditions(
  { namespace, functionName, stretches }: StretchQuery,
  mark: number,
): MatchConditions {
  const about = functionName === undefined ? { namespace } : { namespace, functionName };
  const { where, parameters } = matchConditions(about, mark);
  const within = stretches.map(
    (_, at) => `startTime >= fromUnixTimestamp64Micro({since${at}:Int64})
    AND startTime < fromUnixTimestamp64Micro({until${at}:Int64})`,
  );
  return {
    where: `${where}\n  AND (${within.join('\n    OR ')})`,
    parameters: { ...parameters, ...stretchEnds(stretches) },
  };
}

/** @returns since0, until0, since1 …: the parameters of conditions on them */
export function stretchEnds(stretches: readonly Stretch[]): StatementParameters {
  const ends = stretches.flatMap(({ sinceUs, untilUs }, at) => [
    [`since${at}`, sinceUs],
    [`until${at}`, untilUs],
  ]);
  return Object.fromEntries(ends) as Record<string, number>;
}
