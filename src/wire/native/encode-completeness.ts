// How complete the records behind an answer are, on the native wire.

import type { Completeness, CompletenessScope } from '../../domain/completeness.ts';
import { rfc3339 } from './encode-invocation.ts';

export interface NativeCompleteness {
  /** The window that was searched; left out where it has no such end. */
  readonly since?: string;
  readonly until?: string;
  readonly runs: number;
  /** The latest start, and how many milliseconds ago that was. */
  readonly newest?: string;
  readonly newestAge?: number;
  readonly late: number;
  readonly cut: number;
  readonly replaced: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly running: number;
  readonly lost: number;
}

/** @param nowMs the moment of the answer, in milliseconds since 1970 */
export function encodeCompleteness(
  { newestUs, ...counts }: Completeness,
  { sinceUs, untilUs }: Pick<CompletenessScope, 'sinceUs' | 'untilUs'>,
  nowMs: number,
): NativeCompleteness {
  return {
    ...(sinceUs === undefined ? {} : { since: rfc3339(sinceUs) }),
    ...(untilUs === undefined ? {} : { until: rfc3339(untilUs) }),
    ...(newestUs === undefined
      ? {}
      : { newest: rfc3339(newestUs), newestAge: nowMs - Math.floor(newestUs / 1000) }),
    ...counts,
  };
}
