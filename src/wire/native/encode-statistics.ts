// Figures over many runs on the native wire: milliseconds, bytes, RFC 3339.

import type { FunctionStatisticsPage } from '../../domain/function-statistics.ts';
import { type Prices, priceOf } from '../../domain/prices.ts';
import type { RunFigures, RunSeries, Statistics } from '../../domain/statistics.ts';
import { rfc3339 } from './encode-invocation.ts';

export interface NativeFigures {
  readonly runs: number;
  readonly ok: number;
  readonly failed: number;
  readonly running: number;
  readonly lost: number;
  readonly coldStarts: number;
  /** Milliseconds; absent where no run has ended. */
  readonly duration?: Readonly<Record<'mean' | 'p50' | 'p90' | 'p95' | 'p99' | 'max', number>>;
  /** Bytes, and the largest share of its limit that a run used. */
  readonly memory?: Readonly<Record<'p95' | 'max' | 'limit' | 'share', number>>;
  readonly billedGbSeconds: number;
  /** Where prices are set. */
  readonly price?: { readonly amount: number; readonly currency: string };
}

export interface NativeStatistics {
  readonly asOf: number;
  readonly groups: readonly (NativeFigures & {
    readonly time?: string;
    readonly functionName?: string;
    readonly qualifier?: string;
  })[];
}

export interface NativeFunctionPage {
  readonly total: number;
  readonly asOf: number;
  readonly since: string;
  readonly until: string;
  readonly seriesStep: number;
  readonly functions: readonly (NativeFigures & {
    readonly functionName: string;
    readonly changed: number;
    readonly previous?: NativeFigures;
    readonly series: RunSeries;
  })[];
}

export function encodeStatistics(
  { groups, asOf }: Statistics,
  prices: Prices | undefined,
): NativeStatistics {
  return {
    asOf,
    groups: groups.map(({ timeUs, functionName, qualifier, ...figures }) => ({
      ...(timeUs === undefined ? {} : { time: rfc3339(timeUs) }),
      ...(functionName === undefined ? {} : { functionName }),
      ...(qualifier === undefined ? {} : { qualifier }),
      ...encodeFigures(figures, prices),
    })),
  };
}

export function encodeFunctionPage(
  { total, asOf, sinceUs, untilUs, seriesStepSeconds, functions }: FunctionStatisticsPage,
  prices: Prices | undefined,
): NativeFunctionPage {
  return {
    total,
    asOf,
    since: rfc3339(sinceUs),
    until: rfc3339(untilUs),
    seriesStep: seriesStepSeconds,
    functions: functions.map(({ functionName, changed, previous, series, ...figures }) => ({
      functionName,
      ...encodeFigures(figures, prices),
      changed,
      ...(previous === undefined ? {} : { previous: encodeFigures(previous, prices) }),
      series,
    })),
  };
}

function encodeFigures(figures: RunFigures, prices: Prices | undefined): NativeFigures {
  const { runs, ok, failed, running, lost, coldStarts, billedGbSeconds } = figures;
  return {
    ...{ runs, ok, failed, running, lost, coldStarts },
    ...encodeEnded(figures),
    billedGbSeconds,
    ...(prices === undefined
      ? {}
      : { price: { amount: priceOf(figures, prices), currency: prices.currency } }),
  };
}

function encodeEnded({ duration, memory }: RunFigures): Partial<NativeFigures> {
  if (duration === undefined || memory === undefined) {
    return {};
  }
  const { meanUs, p50Us, p90Us, p95Us, p99Us, maxUs } = duration;
  return {
    duration: {
      mean: meanUs / 1000,
      p50: p50Us / 1000,
      p90: p90Us / 1000,
      p95: p95Us / 1000,
      p99: p99Us / 1000,
      max: maxUs / 1000,
    },
    memory: {
      p95: memory.p95Bytes,
      max: memory.maxBytes,
      limit: memory.limitBytes,
      share: memory.shareMax,
    },
  };
}
