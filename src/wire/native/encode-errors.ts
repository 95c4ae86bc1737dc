// Failed runs by their shape, on the native wire.

import type { ErrorPage } from '../../domain/error-groups.ts';
import { rfc3339 } from './encode-invocation.ts';

export interface NativeErrorPage {
  readonly total: number;
  readonly runs: number;
  readonly asOf: number;
  readonly since: string;
  readonly until: string;
  readonly trendStep: number;
  readonly errors: readonly {
    readonly shapeId: string;
    readonly shape: string;
    readonly count: number;
    readonly functions: number;
    readonly firstSeen: string;
    readonly lastSeen: string;
    readonly example: {
      readonly functionName: string;
      readonly requestId: string;
      readonly startTime: string;
      readonly statusCode: number;
      readonly message: string;
    };
    readonly trend: readonly number[];
  }[];
}

export function encodeErrorPage(page: ErrorPage): NativeErrorPage {
  const { total, runs, asOf, sinceUs, untilUs, trendStepSeconds, errors } = page;
  return {
    ...{ total, runs, asOf },
    since: rfc3339(sinceUs),
    until: rfc3339(untilUs),
    trendStep: trendStepSeconds,
    errors: errors.map(({ firstSeenUs, lastSeenUs, example, trend, ...group }) => {
      const { startTimeUs, ...same } = example;
      return {
        ...group,
        firstSeen: rfc3339(firstSeenUs),
        lastSeen: rfc3339(lastSeenUs),
        example: { ...same, startTime: rfc3339(startTimeUs) },
        trend,
      };
    }),
  };
}
