// What a way of connecting hands over: one connection for writes, a pool for reads.

import type { ClickHouseClient } from '@clickhouse/client';
import type { HideOptions } from './queries/hide-replaced.ts';
import type { ReaderPool } from './reader-pool.ts';

export interface NativeInsert {
  readonly table: string;
  /** Names and types, in the order of the data. */
  readonly columns: readonly (readonly [name: string, type: string])[];
  /** Blocks of the engine's own format Native, one after the other. */
  readonly data: readonly Uint8Array[];
  readonly deadlineMs: number;
}

export interface StoreConnections {
  readonly writer: ClickHouseClient;
  readonly readers: ReaderPool;
  /**
   * Inserts columns as they are, without a text in between. On return they are durable.
   *
   * @throws AppError as mapStoreError says; the rows may be there all the same
   */
  insertNative(insert: NativeInsert): Promise<void>;
  /**
   * To be called after a write, before anybody is told of it: some engines keep quiet about writes
   * that the disk did not take.
   *
   * @throws AppError storage_full where what was written cannot be relied on; reads are refused
   *   from then on, until `mend` has returned
   */
  confirmWrites(): Promise<void>;
  /**
   * A disk that is full shows in a failed statement as anything from a part that cannot be read to
   * a directory that cannot be made.
   *
   * @param error that a statement of the writer's connection threw
   * @returns storage_full where the disk is behind it, else `error` itself
   */
  explain(error: unknown): Promise<unknown>;
  /**
   * Has only what is safe on the disk in sight again. While nothing is being written.
   *
   * @returns whether there was anything to mend: projections that were built may be gone then, and
   *   rows of writes that failed may be there
   * @throws AppError storage_full: the next call tries again
   */
  mend(): Promise<boolean>;
  /**
   * Takes records out of sight that the table `superseded` names. To be called once the schema is
   * there, and after every insert into that table.
   *
   * @throws AppError as mapStoreError says; the next call may be told more than it needs
   */
  hideReplaced(options: HideOptions): Promise<void>;
  close(): Promise<void>;
}
