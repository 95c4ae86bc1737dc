// Whatever brings the runs of one source to the server and does not give up.

import type { ProducedRun } from './produced-run.ts';

/** What a shipper has come to, counted from its start. */
export interface ShipperTally {
  /** Requests that were acknowledged, and those of them that had been before. */
  acknowledged: number;
  again: number;
  /** Events or records of acknowledged requests. */
  events: number;
  /** Requests to which no whole answer came, and those that were answered 429 or 503. */
  unanswered: number;
  refused: number;
}

export interface Shipper {
  readonly name: string;
  /** Every run of which something may have been sent. */
  readonly produced: readonly ProducedRun[];
  /** Those of which everything was acknowledged, as far as the shipper is told. */
  readonly complete: readonly ProducedRun[];
  /** Undefined where the shipper is a program that does not tell. */
  readonly tally?: ShipperTally;
  /** Produces and sends. Rejects where the server does what it must not; ends after a flush. */
  run(): Promise<unknown>;
  /** Produces no more; resolves when all is acknowledged. */
  flush(): Promise<void>;
  /** What is not acknowledged stays so. */
  stop(): Promise<void>;
  /** For shippers with a process of their own: ends it at a moment of ours, and starts another. */
  restart?(): Promise<void>;
}

export function tallyNothing(): ShipperTally {
  return { acknowledged: 0, again: 0, events: 0, unanswered: 0, refused: 0 };
}
