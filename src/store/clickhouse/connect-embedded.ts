// The engine inside this process (chdb), on a directory that no other process may open.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  createClient,
} from '@clickhouse/client';
import { Session } from 'chdb';
import { createChdbConnection } from 'chdb/connection';
import { AppError } from '../../domain/errors.ts';
import { assertNotLocked, lockError } from './engine-lock.ts';
import { IncomingFile } from './incoming-file.ts';
import { ReaderPool } from './reader-pool.ts';
import type { StoreConnections } from './store-connections.ts';

/** Beside the engine's own directory. */
const INCOMING_FILE = 'incoming.native';
const ENGINE_SETTINGS_FILE = 'engine.xml';

// Merges give way to ingest and questions, and no more than two run at once. The caches would
// otherwise grow to gigabytes each.
const ENGINE_SETTINGS = `<clickhouse>
  <background_pool_size>2</background_pool_size>
  <background_merges_mutations_concurrency_ratio>1</background_merges_mutations_concurrency_ratio>
  <os_threads_nice_value_merge_mutate>10</os_threads_nice_value_merge_mutate>
  <mark_cache_size>134217728</mark_cache_size>
  <index_mark_cache_size>134217728</index_mark_cache_size>
</clickhouse>
`;

export interface EmbeddedOptions {
  /** An existing directory of its own for the engine. */
  readonly path: string;
  /** How messages call it, where that is not `path`. */
  readonly dataDir?: string;
  readonly readerCount: number;
}

/**
 * Opens the engine. libuv's threads carry the statements, so UV_THREADPOOL_SIZE must be above the
 * number of connections when the process starts (launch.cts sees to that).
 *
 * @throws AppError data_dir_in_use, data_dir_unusable
 */
export function connectEmbedded(options: EmbeddedOptions): StoreConnections {
  const { path, dataDir = path } = options;
  assertNotLocked(path, dataDir);
  const open: ClickHouseClient[] = [];
  let session: Session;
  try {
    session = openEngine(path);
    for (let count = 0; count < options.readerCount + 1; count++) {
      open.push(connect(path));
    }
  } catch (error) {
    throw lockError(path, dataDir, error) ?? cannotBeOpened(dataDir, error);
  }
  const [writer, ...readers] = open as [ClickHouseClient, ...ClickHouseClient[]];
  const pool = new ReaderPool(readers);
  const incoming = new IncomingFile(join(path, '..', INCOMING_FILE));
  return {
    writer,
    readers: pool,
    insertNative: (insert) => incoming.insert(writer, insert),
    close: async () => {
      await pool.close();
      await writer.close();
      await incoming.close();
      session.close();
    },
  };
}

/**
 * The engine takes its own settings from the first connection of a process; the others join it. They
 * come in a file, since only that has a place for all of them.
 */
function openEngine(path: string): Session {
  const file = join(path, '..', ENGINE_SETTINGS_FILE);
  writeFileSync(file, ENGINE_SETTINGS, { mode: 0o600 });
  return new Session(path, { connectionArgs: [`--config-file=${file}`] });
}

type InjectedConnection = NonNullable<ClickHouseClientConfigOptions['connection']>;

function connect(path: string): ClickHouseClient {
  // The two packages declare the contract each for itself; what runs is the same.
  const connection = createChdbConnection({ path }) as unknown as InjectedConnection;
  return createClient({ connection });
}

function cannotBeOpened(dataDir: string, cause: unknown): AppError {
  return new AppError(
    'data_dir_unusable',
    `the data directory ${dataDir} cannot be opened as a store; check that it belongs to fnlog, is readable and is used by no other fnlog, or choose another --data-dir`,
    { cause },
  );
}
