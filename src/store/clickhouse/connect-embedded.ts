// The engine inside this process (chdb), on a directory that no other process may open.

import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  createClient,
} from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { AppError } from '../../domain/errors.ts';
import { ReaderPool } from './reader-pool.ts';
import type { StoreConnections } from './store-connections.ts';

export interface EmbeddedOptions {
  /** An existing directory of its own for the engine. */
  readonly path: string;
  readonly readerCount: number;
}

/**
 * Opens the engine. libuv's threads carry the statements, so UV_THREADPOOL_SIZE must be above the
 * number of connections when the process starts (launch.cts sees to that).
 *
 * @throws AppError data_dir_in_use, data_dir_unusable
 */
export function connectEmbedded(options: EmbeddedOptions): StoreConnections {
  const open: ClickHouseClient[] = [];
  try {
    for (let count = 0; count < options.readerCount + 1; count++) {
      open.push(connect(options.path));
    }
  } catch (error) {
    throw openError(error, options.path);
  }
  const [writer, ...readers] = open as [ClickHouseClient, ...ClickHouseClient[]];
  const pool = new ReaderPool(readers);
  return {
    writer,
    readers: pool,
    close: async () => {
      await pool.close();
      await writer.close();
    },
  };
}

type InjectedConnection = NonNullable<ClickHouseClientConfigOptions['connection']>;

function connect(path: string): ClickHouseClient {
  // The two packages declare the contract each for itself; what runs is the same.
  const connection = createChdbConnection({ path }) as unknown as InjectedConnection;
  return createClient({ connection });
}

/** The engine tells a locked directory apart by its words only. */
const LOCKED = /cannot lock file|another server instance/i;

function openError(error: unknown, path: string): AppError {
  const words = error instanceof Error ? error.message : String(error);
  if (LOCKED.test(words)) {
    return new AppError(
      'data_dir_in_use',
      `the data directory ${path} is in use by another fnlog; stop that one, ask it with --server, or choose another --data-dir`,
      { cause: error },
    );
  }
  return new AppError(
    'data_dir_unusable',
    `the data directory ${path} cannot be opened as a store; check that it belongs to fnlog and is readable, or choose another --data-dir`,
    { cause: error },
  );
}
