// How kept durations and memory are spread: runs by slices of time and buckets of the value.

import {
  bucketBounds,
  type DistributionCell,
  type DistributionField,
} from '../../../domain/run-charts.ts';
import type { FigureCells, ValueName } from './figure-cells.ts';
import { type PackedValues, Turns } from './packed-values.ts';
import { isAbout, timeOf } from './sum-figures.ts';
import { countBelow } from './values-at.ts';

const valuesOf: Record<DistributionField, ValueName> = {
  duration: 'durationsUs',
  memUsage: 'memoryBytes',
};

export interface SpreadOptions {
  readonly of: DistributionField;
  readonly functionName?: string | undefined;
  readonly qualifier?: string | undefined;
  /** A multiple of a slice. */
  readonly stepSeconds: number;
}

/** Up to 2^53. */
const BUCKETS = 4 * 54;

/** @returns by time and bucket */
export async function spreadValues(
  all: readonly FigureCells[],
  { of, stepSeconds, ...about }: SpreadOptions,
): Promise<DistributionCell[]> {
  const byTime = new Map<number, PackedValues[]>();
  for (const cells of all) {
    for (let cell = 0; cell < cells.length; cell++) {
      if (isAbout(cells, cell, about)) {
        const timeUs = timeOf(cells, cell, stepSeconds);
        const ofTime = byTime.get(timeUs) ?? [];
        byTime.set(timeUs, ofTime);
        ofTime.push(cells.valuesAt(cell, valuesOf[of]));
      }
    }
  }
  const turns = new Turns();
  const spread: DistributionCell[] = [];
  for (const timeUs of [...byTime.keys()].sort((one, other) => one - other)) {
    const counts = new Uint32Array(BUCKETS);
    for (const packed of byTime.get(timeUs) ?? []) {
      countBuckets(packed, counts);
      await turns.take(packed.count);
    }
    for (const [bucket, count] of counts.entries()) {
      if (count > 0) {
        spread.push({ timeUs, bucket, count });
      }
    }
  }
  return spread;
}

function countBuckets(packed: PackedValues, counts: Uint32Array): void {
  let before = 0;
  for (let bucket = 0; before < packed.count; bucket++) {
    const below = countBelow(packed, bucketBounds(bucket).to);
    counts[bucket] = (counts[bucket] ?? 0) + below - before;
    before = below;
  }
}
