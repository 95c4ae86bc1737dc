// What a run of the matrix is asked for and finds.

import type { StoreSize } from '../ingest/store-size.ts';
import type { PeerName } from '../peers/peer.ts';

/** Requests that records arrive in, in the second half of a run. */
export const ARRIVALS_A_SECOND = 10;

/** Records that arrive are drawn for so long. */
export const ARRIVAL_SECONDS_MAX = 900;

export interface QueryBenchOptions {
  readonly records: number;
  readonly runs: number;
  /** Records a second that arrive in the second half; 0 leaves it out. */
  readonly ingestRate: number;
  readonly peers: readonly PeerName[];
  readonly peerRuns: number;
  /** No question is asked of another system after so long. */
  readonly peerMinutes: number;
  readonly settleSeconds: number;
  readonly dir: string;
}

export interface CellTimes {
  readonly quietMs: readonly number[];
  readonly busyMs: readonly number[];
}

export interface ServerFindings {
  readonly times: readonly CellTimes[];
  readonly floorMs: number;
  readonly recordsPerSecond: number;
  readonly size: StoreSize;
  readonly quietPeakBytes: number | undefined;
  readonly busyPeakBytes: number | undefined;
}
