// The engine inside this process, which can be closed and opened again under its clients.
//
// It has to be, since the engine drops the error of a write() that the disk cuts short: an insert
// then answers as if all were well, and a merge puts a broken part in place of good ones. What is
// on the disk is not lost by that: while a directory is opened, broken parts are put aside, and the
// parts that a broken one was merged from come back.

import { statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
  createClient,
} from '@clickhouse/client';
import { Session } from 'chdb';
import { createChdbConnection } from 'chdb/connection';
import { AppError } from '../../domain/errors.ts';
import { parameterStatement } from './parameter-statement.ts';
import { countFailedWrites } from './queries/count-failed-writes.ts';
import { ReaderPool } from './reader-pool.ts';
import { STATEMENT_BYTES_MAX, type StatementParameters } from './statement.ts';

/** Beside the engine's own directory. */
const ENGINE_SETTINGS_FILE = 'engine.xml';
/** A merge of large parts that the disk cut short must not keep the store from being opened. */
const BROKEN_BYTES_MAX = 2 ** 40;
const CHECK_DEADLINE_MS = 10_000;

// Merges give way to ingest and questions, and no more than two run at once. The caches would
// otherwise grow to gigabytes each.
function engineSettings(keptFreeBytes: number): string {
  return `<clickhouse>
  <background_pool_size>2</background_pool_size>
  <background_merges_mutations_concurrency_ratio>1</background_merges_mutations_concurrency_ratio>
  <os_threads_nice_value_merge_mutate>10</os_threads_nice_value_merge_mutate>
  <mark_cache_size>134217728</mark_cache_size>
  <index_mark_cache_size>134217728</index_mark_cache_size>
  <query_condition_cache_size>33554432</query_condition_cache_size>
  <text_index_tokens_cache_size>33554432</text_index_tokens_cache_size>
  <text_index_header_cache_size>33554432</text_index_header_cache_size>
  <text_index_postings_cache_size>67108864</text_index_postings_cache_size>
  <storage_configuration>
    <disks><default><keep_free_space_bytes>${keptFreeBytes}</keep_free_space_bytes></default></disks>
  </storage_configuration>
  <merge_tree>
    <max_suspicious_broken_parts_bytes>${BROKEN_BYTES_MAX}</max_suspicious_broken_parts_bytes>
  </merge_tree>
</clickhouse>
`;
}

type InjectedConnection = NonNullable<ClickHouseClientConfigOptions['connection']>;

/** What a client holds on to while the connection behind it is another one every time. */
class RenewableConnection {
  readonly #path: string;
  #inner: Promise<InjectedConnection>;

  constructor(path: string) {
    this.#path = path;
    this.#inner = this.#open();
  }

  renew(): void {
    this.#inner = this.#open();
  }

  ping: InjectedConnection['ping'] = async (params) => (await this.#inner).ping(params);
  query: InjectedConnection['query'] = async (params) =>
    (await this.#inner).query(withParameters(params));
  insert: InjectedConnection['insert'] = async (params) =>
    (await this.#inner).insert(withParameters(params));
  exec: InjectedConnection['exec'] = async (params) =>
    (await this.#inner).exec(withParameters(params));
  command: InjectedConnection['command'] = async (params) =>
    (await this.#inner).command(withParameters(params));
  close: InjectedConnection['close'] = async () => (await this.#inner).close();

  #open(): Promise<InjectedConnection> {
    const opened = openConnection(this.#path);
    // Whoever uses the connection is told.
    opened.catch(() => undefined);
    return opened;
  }
}

/**
 * The statement with its parameters bound before it, so that connections do not wait for each other.
 * Without its signal: the engine would work on, and the connection be lent to the next meanwhile.
 */
function withParameters<
  Params extends {
    readonly query: string;
    readonly query_params?: Record<string, unknown>;
    readonly abort_signal?: AbortSignal;
  },
>({ query_params: given, abort_signal: _signal, ...params }: Params) {
  const parameters = (given ?? {}) as StatementParameters;
  return { ...params, query: `${parameterStatement(parameters)}${params.query}` };
}

export interface EngineOptions {
  /** An existing directory of its own. */
  readonly path: string;
  readonly readerCount: number;
  /** The engine begins no insert and no merge that would leave less than this free on the disk. */
  readonly keptFreeBytes: number;
  /** What has to be done after `mend` has opened it again, before anybody reads. */
  readonly whenReopened: (writer: ClickHouseClient) => Promise<void>;
}

export class EmbeddedEngine {
  readonly writer: ClickHouseClient;
  readonly readers: ReaderPool;
  readonly #path: string;
  readonly #keptFreeBytes: number;
  readonly #whenReopened: EngineOptions['whenReopened'];
  readonly #settingsFile: string;
  readonly #connections: RenewableConnection[] = [];
  #session: Session | undefined;
  /** As the engine counts them, since the process began. */
  #failedWrites = 0;
  #isDamaged = false;

  /** @throws whatever the engine throws */
  static async open(options: EngineOptions): Promise<EmbeddedEngine> {
    const engine = new EmbeddedEngine(options);
    engine.#failedWrites = await countFailedWrites(engine.writer, CHECK_DEADLINE_MS);
    return engine;
  }

  private constructor({ path, readerCount, keptFreeBytes, whenReopened }: EngineOptions) {
    this.#path = path;
    this.#whenReopened = whenReopened;
    this.#keptFreeBytes = keptFreeBytes;
    this.#settingsFile = join(path, '..', ENGINE_SETTINGS_FILE);
    writeFileSync(this.#settingsFile, engineSettings(keptFreeBytes), { mode: 0o600 });
    this.#session = this.#openSession();
    const connect = () => {
      const connection = new RenewableConnection(path);
      this.#connections.push(connection);
      return createClient({ connection: connection as unknown as InjectedConnection });
    };
    this.writer = connect();
    this.readers = new ReaderPool(Array.from({ length: readerCount }, connect), {
      confirm: (reader) => this.#confirmRead(reader),
      explain: (reader, error) => this.#explain(reader, error),
    });
  }

  /**
   * To be called after a write, before anybody is told of it, and by the one that writes. Until
   * `mend`, questions are refused: what is in sight may be less than what is on the disk.
   *
   * @throws AppError storage_full where a write has failed unsaid since the last `mend`
   */
  async confirmWrites(): Promise<void> {
    await this.#confirm(this.writer);
  }

  /**
   * @param error that a statement of the writer threw
   * @returns storage_full where the disk is behind it, else `error` itself
   */
  explain(error: unknown): Promise<unknown> {
    return this.#explain(this.writer, error);
  }

  /**
   * Opens the engine again where writes have failed, and only then. To be called while the writer's
   * connection is idle.
   *
   * @returns whether it was opened again
   * @throws AppError storage_full where it cannot be opened; the next call tries again
   */
  async mend(): Promise<boolean> {
    if (!this.#isDamaged) {
      return false;
    }
    await this.readers.idle();
    try {
      await this.#closeConnections();
      this.#session = this.#openSession();
      for (const connection of this.#connections) {
        connection.renew();
      }
      const failedWrites = await countFailedWrites(this.writer, CHECK_DEADLINE_MS);
      if (failedWrites !== this.#failedWrites) {
        this.#failedWrites = failedWrites;
        throw diskIsFull();
      }
      await this.#whenReopened(this.writer);
    } catch (cause) {
      throw diskIsFull(cause);
    }
    this.#isDamaged = false;
    this.readers.open();
    return true;
  }

  async close(): Promise<void> {
    await this.readers.idle();
    await this.#closeConnections();
  }

  /**
   * The engine takes its own settings from the first connection of a process; the others join it.
   * They come in a file, since only that has a place for all of them.
   */
  #openSession(): Session {
    return new Session(this.#path, { connectionArgs: [`--config-file=${this.#settingsFile}`] });
  }

  async #closeConnections(): Promise<void> {
    for (const connection of this.#connections) {
      await connection.close();
    }
    this.#session?.close();
    this.#session = undefined;
  }

  /** An answer may be wrong as well. Asking costs as much as a short answer, so not for each. */
  async #confirmRead(reader: ClickHouseClient): Promise<void> {
    if (this.#isDiskFull()) {
      await this.#confirm(reader);
    }
  }

  async #explain(client: ClickHouseClient, error: unknown): Promise<unknown> {
    if (!(error instanceof AppError && error.code === 'store_unavailable')) {
      return error;
    }
    const isDamaged = await this.#confirm(client).then(
      () => false,
      () => this.#isDamaged,
    );
    return isDamaged || this.#isDiskFull() ? diskIsFull(error) : error;
  }

  #isDiskFull(): boolean {
    const { bavail, bsize } = statfsSync(this.#path);
    return bavail * bsize <= this.#keptFreeBytes;
  }

  async #confirm(client: ClickHouseClient): Promise<void> {
    const failedWrites = await countFailedWrites(client, CHECK_DEADLINE_MS);
    if (failedWrites > this.#failedWrites) {
      this.#failedWrites = failedWrites;
      this.#isDamaged = true;
      this.readers.refuse(diskIsFull);
    }
    if (this.#isDamaged) {
      throw diskIsFull();
    }
  }
}

function diskIsFull(cause?: unknown): AppError {
  return new AppError('storage_full', 'the store cannot write: its disk is full', { cause });
}

/** The size cannot be told in the statement that needs it, so the connection is told once. */
async function openConnection(path: string): Promise<InjectedConnection> {
  // The two packages declare the contract each for itself; what runs is the same.
  const connection = createChdbConnection({ path }) as unknown as InjectedConnection;
  await connection.command({ query: `SET max_query_size = ${STATEMENT_BYTES_MAX}` });
  return connection;
}
