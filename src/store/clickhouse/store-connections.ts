// What a way of connecting hands over: one connection for writes, a pool for reads.

import type { ClickHouseClient } from '@clickhouse/client';
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
  close(): Promise<void>;
}
