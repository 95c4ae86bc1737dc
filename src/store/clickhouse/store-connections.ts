// What a way of connecting hands over: one connection for writes, a pool for reads.

import type { ClickHouseClient } from '@clickhouse/client';
import type { ReaderPool } from './reader-pool.ts';

export interface StoreConnections {
  readonly writer: ClickHouseClient;
  readonly readers: ReaderPool;
  close(): Promise<void>;
}
