// A ClickHouse server by URL. The statements are the same as in the embedded engine.

import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { AppError } from '../../domain/errors.ts';
import { mapStoreError } from './map-error.ts';
import { createHiddenView } from './queries/hide-replaced.ts';
import { ReaderPool } from './reader-pool.ts';
import { INSERT_SETTINGS, STATEMENT_BYTES_MAX, settingsClause } from './statement.ts';
import type { NativeInsert, StoreConnections } from './store-connections.ts';

export interface RemoteOptions {
  /** `http://user:password@host:8123/database`; the database must exist. */
  readonly url: string;
  readonly readerCount: number;
}

/** A statement's own deadline comes first; this ends a connection that is no longer answered. */
const REQUEST_TIMEOUT_MS = 120_000;

/**
 * @throws AppError invalid_setting where the URL is none; store_unavailable where nothing answers
 */
export async function connectRemote(options: RemoteOptions): Promise<StoreConnections> {
  const clients = Array.from({ length: options.readerCount + 1 }, () => connect(options.url));
  const [writer, ...readers] = clients as [ClickHouseClient, ...ClickHouseClient[]];
  const pool = new ReaderPool(readers);
  const close = async () => {
    await pool.close();
    await writer.close();
  };
  const ping = await writer.ping();
  if (!ping.success) {
    await close();
    throw new AppError(
      'store_unavailable',
      `no ClickHouse server answers at ${new URL(options.url).host}; check --clickhouse-url`,
      { cause: ping.error },
    );
  }
  let hidden: Promise<void> | undefined;
  return {
    writer,
    readers: pool,
    insertNative: (insert) => post(writer, insert),
    // A server says itself that a write has failed.
    confirmWrites: async () => undefined,
    explain: async (error) => error,
    mend: async () => false,
    hideReplaced: async () => {
      hidden ??= createHiddenView(writer);
      await hidden;
    },
    close,
  };
}

/** The server takes the format as the body of the request. */
async function post(writer: ClickHouseClient, insert: NativeInsert): Promise<void> {
  const { table, columns, data, deadlineMs } = insert;
  const names = columns.map(([name]) => name).join(', ');
  try {
    const result = await writer.exec({
      query: `INSERT INTO ${table} (${names})\n${settingsClause({ deadlineMs, settings: INSERT_SETTINGS })}\nFORMAT Native`,
      values: Readable.from([Buffer.concat(data)]),
    });
    result.stream.destroy();
  } catch (error) {
    throw mapStoreError(error);
  }
}

function connect(url: string): ClickHouseClient {
  try {
    return createClient({
      url,
      request_timeout: REQUEST_TIMEOUT_MS,
      max_open_connections: 1,
      // A server forgets them with the request.
      clickhouse_settings: {
        max_query_size: String(STATEMENT_BYTES_MAX),
        // So that breaking off the request of a question ends its statement.
        cancel_http_readonly_queries_on_client_close: 1,
      },
      // What it would say is in the errors that it throws.
      log: { level: ClickHouseLogLevel.OFF },
    });
  } catch (cause) {
    // The URL may hold a password, so it is not repeated here.
    throw new AppError(
      'invalid_setting',
      'clickhouse-url cannot be used: it takes http://user:password@host:8123/database',
      { cause },
    );
  }
}
