// The other systems that records are put into: what a process of peers is asked and answers.

import type { Contender } from '../contender.ts';

export const peerNames = ['postgresql', 'duckdb', 'sqlite'] as const;

export type PeerName = (typeof peerNames)[number];

export interface PeerWay extends Omit<Contender, 'system'> {
  readonly way: 'COPY' | 'INSERT' | 'appender';
}

/** A question to the table of the process's last task. */
export interface PeerQuestion {
  /** Gives rows whose first column is a request id. */
  readonly pageSql: string;
  /** Gives one number. */
  readonly countSql: string;
}

export interface PeerAnswer {
  /** Both statements, one after the other. */
  readonly tookMs: number;
  readonly total: number;
  readonly requestIds: readonly string[];
}

export interface PeerTask extends PeerWay {
  readonly peer: PeerName;
  /** Where the peer's npm packages are. */
  readonly packages: string;
  /** Where its data is, an empty directory; of PostgreSQL the directory of its socket. */
  readonly directory: string;
  /** Where the record file is; its first records are put in. */
  readonly records: string;
  readonly count: number;
  /** No batch is begun after this long. */
  readonly seconds: number;
  /**
   * Whether all of it is loaded for questions: batches are prepared one by one, since they are more than
   * fits into memory, and indexes are built afterwards, which is faster and counts as a part of the load.
   */
  readonly streams?: boolean;
}

export interface PeerOutcome {
  readonly version: string;
  readonly records: number;
  readonly seconds: number;
  /** One for each batch: until its transaction was committed. */
  readonly tookMs: readonly number[];
  /** On disk, all of it. */
  readonly bytes: number;
}

/** A table that is open as long as its process is, and takes batches in one way. */
export interface PeerTable<Batch> {
  readonly version: string;
  /** Whether batches are prepared before the clock starts, not by its side. */
  readonly preparesAhead: boolean;
  /** To be called once, before records are put in or after. */
  createIndexes(): Promise<void>;
  /** @param body NDJSON, each line with its end */
  prepare(body: Buffer): Batch;
  /** @returns after the batch is committed */
  insert(batch: Batch, connection: number): Promise<void>;
  /** @returns the rows of a statement, their values in the order of its columns */
  read(sql: string): Promise<readonly (readonly unknown[])[]>;
  /** All that belongs to the table on disk, once everything is written where it stays. */
  size(): Promise<{ readonly records: number; readonly bytes: number }>;
}
