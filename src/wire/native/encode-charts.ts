// What charts are made of on the native wire: milliseconds, bytes, RFC 3339.

import {
  bucketBounds,
  type ChartQuery,
  type Concurrency,
  type Distribution,
  type DistributionField,
  type DistributionQuery,
} from '../../domain/run-charts.ts';
import { rfc3339 } from './encode-invocation.ts';

interface NativeChart {
  readonly asOf: number;
  readonly since: string;
  readonly until: string;
  /** Seconds. */
  readonly step: number;
}

export interface NativeConcurrency extends NativeChart {
  readonly runs: number;
  readonly max: number;
  readonly maxAt: string;
  readonly points: readonly {
    readonly time: string;
    readonly max: number;
    readonly mean: number;
  }[];
}

export interface NativeDistribution extends NativeChart {
  readonly of: DistributionField;
  /** Milliseconds or bytes; those with runs alone, small ones first. */
  readonly buckets: readonly { readonly from: number; readonly to: number }[];
  /** A bucket is named by its place in `buckets`. */
  readonly cells: readonly {
    readonly time: string;
    readonly bucket: number;
    readonly count: number;
  }[];
}

/** What a value is divided by on the wire. */
const units: Record<DistributionField, number> = { duration: 1000, memUsage: 1 };

export function encodeConcurrency(
  { max, maxAtUs, runs, points, asOf }: Concurrency,
  query: ChartQuery,
): NativeConcurrency {
  return {
    ...encodeChart(query, asOf),
    ...{ runs, max, maxAt: rfc3339(maxAtUs) },
    points: points.map(({ timeUs, ...numbers }) => ({ time: rfc3339(timeUs), ...numbers })),
  };
}

export function encodeDistribution(
  { cells, asOf }: Distribution,
  query: DistributionQuery,
): NativeDistribution {
  const unit = units[query.of];
  const buckets = [...new Set(cells.map(({ bucket }) => bucket))].sort((a, b) => a - b);
  const places = new Map(buckets.map((bucket, place) => [bucket, place]));
  return {
    ...encodeChart(query, asOf),
    of: query.of,
    buckets: buckets
      .map(bucketBounds)
      .map(({ from, to }) => ({ from: from / unit, to: to / unit })),
    cells: cells.map(({ timeUs, bucket, count }) => ({
      time: rfc3339(timeUs),
      bucket: places.get(bucket) ?? 0,
      count,
    })),
  };
}

function encodeChart({ sinceUs, untilUs, stepSeconds }: ChartQuery, asOf: number): NativeChart {
  return { asOf, since: rfc3339(sinceUs), until: rfc3339(untilUs), step: stepSeconds };
}
