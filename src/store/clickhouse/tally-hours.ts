// Windows of time over runs that are counted by the hour.

import type { CompletenessScope } from '../../domain/completeness.ts';
import type { InvocationStatus } from '../../domain/invocation-query.ts';
import type { MatchFilter } from './queries/match-conditions.ts';
import { countOf, HOUR_US, hourOf, type RunCounts } from './run-counts.ts';

/** Part of a time range that has to be counted by reading. */
export type Edge = Pick<MatchFilter, 'sinceUs' | 'untilUs'>;

/** How many runs began in an hour, counted since 1970. */
export interface HourRuns {
  readonly hour: number;
  readonly runs: number;
}

/** A window, whether or not its ends are told. */
interface TallyWindow extends Pick<CompletenessScope, 'sinceUs' | 'untilUs'> {
  readonly status?: InvocationStatus | undefined;
}

/**
 * @param firstHour hours before it are not held
 * @returns the whole hours of a window, and what is left of it; undefined where those hours are not held
 */
export function partsOf(
  hours: ReadonlyMap<number, RunCounts>,
  firstHour: number,
  { status, sinceUs = 0, untilUs = Number.POSITIVE_INFINITY }: TallyWindow,
): { first: number; last: number; edges: Edge[] } | undefined {
  const first = Math.ceil(sinceUs / HOUR_US);
  const end = Number.isFinite(untilUs) ? hourOf(untilUs) : Number.POSITIVE_INFINITY;
  if (first < firstHour || end <= first) {
    return undefined;
  }
  const edges: Edge[] = [];
  if (first * HOUR_US > sinceUs) {
    edges.push({ sinceUs, untilUs: first * HOUR_US });
  }
  if (end * HOUR_US < untilUs) {
    edges.push({ sinceUs: end * HOUR_US, untilUs });
  }
  // An hour that is held and in which nothing began has nothing in a part of it.
  const open = edges.filter(({ sinceUs: from = 0 }) => {
    const hour = hourOf(from);
    return hour < firstHour || countOf(hours.get(hour), status) > 0;
  });
  return { first, last: end - 1, edges: open };
}

/** @returns the hours that a window touches and that are held, in order */
export function runsByHour(
  hours: ReadonlyMap<number, RunCounts>,
  sinceUs: number,
  untilUs: number,
): HourRuns[] {
  const touched: HourRuns[] = [];
  for (const [hour, counts] of hours) {
    if ((hour + 1) * HOUR_US > sinceUs && hour * HOUR_US < untilUs) {
      touched.push({ hour, runs: countOf(counts, undefined) });
    }
  }
  return touched.sort((one, other) => one.hour - other.hour);
}
