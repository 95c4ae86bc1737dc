// What runs cost.

import type { RunFigures } from './statistics.ts';

export interface Prices {
  /** As it is to be shown, such as USD. */
  readonly currency: string;
  /** For a second at 2^30 bytes. */
  readonly gbSecond: number;
  readonly millionRuns: number;
}

/** @returns the amount for the runs that have ended */
export function priceOf({ ok, failed, billedGbSeconds }: RunFigures, prices: Prices): number {
  return billedGbSeconds * prices.gbSecond + ((ok + failed) / 1e6) * prices.millionRuns;
}
