// Opens a store, embedded or remote, and hands out the ports.

import { resolve } from 'node:path';
import type { Clock } from '../../domain/clock.ts';
import type { UnstoredRecord } from '../../domain/completeness.ts';
import type { ErrorReader } from '../../domain/error-groups.ts';
import { AppError } from '../../domain/errors.ts';
import type { InvocationReader, InvocationWriter, StoreAdmin } from '../../domain/ports.ts';
import type { StatisticsReader } from '../../domain/statistics.ts';
import type { CommitFeed, TailReader } from '../../domain/tail.ts';
import { ClickHouseErrorReader } from './clickhouse-error-reader.ts';
import { ClickHouseInvocationReader } from './clickhouse-invocation-reader.ts';
import { ClickHouseInvocationWriter } from './clickhouse-invocation-writer.ts';
import { ClickHouseStatisticsReader } from './clickhouse-statistics-reader.ts';
import { ClickHouseTailReader } from './clickhouse-tail-reader.ts';
import { CommitMark } from './commit-mark.ts';
import { CommittedRecords } from './committed-records.ts';
import { CompletenessCounter } from './completeness-counter.ts';
import { connectEmbedded } from './connect-embedded.ts';
import { connectRemote } from './connect-remote.ts';
import { prepareDataDirectory } from './data-directory.ts';
import { keepSlices } from './figures/keep-slices.ts';
import { TouchedSlices } from './figures/touched-slices.ts';
import { MatchTally } from './match-tally.ts';
import { knownMigrations, migrate } from './migrate.ts';
import { completeSuperseded, seqLastStored } from './queries/recover.ts';
import { addUnstored, readUnstored } from './queries/unstored.ts';
import { Settling } from './settling.ts';
import { selectRows } from './statement.ts';
import type { StoreConnections } from './store-connections.ts';
import { TallyLoader } from './tally-loader.ts';
import { TotalCounter } from './total-counter.ts';
import { UnstoredCounts } from './unstored-counts.ts';

export interface StoreOptions {
  readonly dataDir: string;
  /** A ClickHouse server; undefined for the embedded engine. */
  readonly clickhouseUrl: string | undefined;
  readonly readerCount: number;
  /** Of the data directory's disk; the embedded engine writes nothing that would leave less. */
  readonly keptFreeBytes: number;
  /** Records of one identity whose starts are further apart are different runs. */
  readonly identityWindowUs: number;
  readonly writeDeadlineMs: number;
  readonly pageBytesMax: number;
  /** Says when records came in; the system's where it is left out. */
  readonly clock?: Clock;
}

export interface Store {
  readonly writer: InvocationWriter;
  readonly reader: InvocationReader;
  readonly statistics: StatisticsReader;
  readonly errors: ErrorReader;
  readonly tail: TailReader;
  readonly feed: CommitFeed;
  /** Takes note of a record that was sent and is not stored, for the receipts of answers. */
  readonly noteUnstored: (record: UnstoredRecord) => void;
  readonly admin: StoreAdmin;
}

export const storeDefaults = {
  readerCount: 4,
  keptFreeBytes: 32 * 1024 * 1024,
  identityWindowUs: 60 * 60 * 1_000_000,
  writeDeadlineMs: 60_000,
  pageBytesMax: 128 * 1024 * 1024,
} as const;

/** The mark and what goes out of sight are read from whole columns; a big store takes seconds. */
const RECOVERY_DEADLINE_MS = 300_000;
const PING_DEADLINE_MS = 5_000;
const KEEP_UP_EVERY_MS = 1_000;

/**
 * Opens the store, brings its schema up to date and makes whole what a kill left behind.
 *
 * @throws AppError data_dir_in_use, data_dir_unusable, data_dir_newer, invalid_setting,
 *   store_unavailable
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const connections = await connect(options);
  try {
    const place =
      options.clickhouseUrl === undefined
        ? `the data directory ${resolve(options.dataDir)}`
        : 'the ClickHouse database';
    await migrate(connections.writer, knownMigrations(), place);
    await completeSuperseded(connections.writer, RECOVERY_DEADLINE_MS);
    await connections.hideReplaced({ mark: 0, deadlineMs: RECOVERY_DEADLINE_MS });
    await connections.confirmWrites();
    const mark = new CommitMark(await seqLastStored(connections.writer, RECOVERY_DEADLINE_MS));
    return portsOf(connections, { mark, unstored: await loadUnstored(connections) }, options);
  } catch (error) {
    await connections.close();
    throw options.clickhouseUrl === undefined ? explained(error, options.dataDir) : error;
  }
}

/** An engine that opens and then cannot read what it finds says nothing that helps an operator. */
function explained(error: unknown, dataDir: string): unknown {
  return error instanceof AppError && error.code === 'store_unavailable'
    ? new AppError(
        'data_dir_unusable',
        `the data directory ${resolve(dataDir)} holds a store that cannot be read; restore it from a backup, or choose another --data-dir`,
        { cause: error },
      )
    : error;
}

async function connect(options: StoreOptions): Promise<StoreConnections> {
  const { clickhouseUrl, dataDir, readerCount, keptFreeBytes } = options;
  // Beside a server the directory still holds the keys.
  const path = prepareDataDirectory(dataDir);
  return clickhouseUrl === undefined
    ? await connectEmbedded({ path, dataDir: resolve(dataDir), readerCount, keptFreeBytes })
    : await connectRemote({ url: clickhouseUrl, readerCount });
}

async function loadUnstored({ writer }: StoreConnections): Promise<UnstoredCounts> {
  const deadlineMs = RECOVERY_DEADLINE_MS;
  const unstored = new UnstoredCounts({ write: (rows) => addUnstored(writer, rows, deadlineMs) });
  unstored.load(await readUnstored(writer, { limit: unstored.rowsMax, deadlineMs }));
  return unstored;
}

interface OpenedStore {
  readonly mark: CommitMark;
  readonly unstored: UnstoredCounts;
}

function portsOf(
  connections: StoreConnections,
  { mark, unstored }: OpenedStore,
  options: StoreOptions,
): Store {
  const { readers } = connections;
  const deadlineMs = options.writeDeadlineMs;
  const settling = new Settling({ client: connections.writer, mark, deadlineMs });
  const { identityWindowUs, pageBytesMax } = options;
  const tally = new MatchTally();
  const tallyLoader = new TallyLoader({ tally, readers, mark, settling });
  tallyLoader.reload();
  const touched = new TouchedSlices(mark.seq);
  const kept = keepSlices({ readers, mark, tally, touched });
  const keepers = Object.values(kept);
  const committed = new CommittedRecords(mark);
  const writer = new ClickHouseInvocationWriter({
    connections,
    mark,
    settling,
    tally,
    tallyLoader,
    touched,
    committed,
    unstored,
    clock: options.clock,
    identityWindowUs,
    deadlineMs,
  });
  // What fails here is tried again soon, and told to whoever writes or asks until then.
  const timer = setInterval(() => {
    writer.keepUp().catch(() => undefined);
    for (const keeper of keepers) {
      keeper.keepUp();
    }
  }, KEEP_UP_EVERY_MS);
  timer.unref();
  return {
    writer,
    reader: new ClickHouseInvocationReader({
      readers,
      mark,
      settling,
      tally,
      totals: new TotalCounter({ readers, mark, tally }),
      completeness: new CompletenessCounter({ readers, mark, tally, unstored }),
      pageBytesMax,
    }),
    statistics: new ClickHouseStatisticsReader({ readers, mark, settling, tally, kept }),
    errors: new ClickHouseErrorReader({ readers, mark, kept: kept.errors }),
    tail: new ClickHouseTailReader({ readers, settling, bytesMax: pageBytesMax }),
    feed: committed,
    noteUnstored: (record) => unstored.note(record),
    admin: {
      ping: async () => {
        await readers.use((reader) =>
          selectRows(reader, { sql: 'SELECT 1 AS one LIMIT 1', deadlineMs: PING_DEADLINE_MS }),
        );
      },
      settle: () => writer.settle(),
      close: async () => {
        clearInterval(timer);
        for (const keeper of keepers) {
          keeper.close();
        }
        await writer.idle();
        await unstored.keepUp(true).catch(() => undefined);
        await connections.close();
      },
    },
  };
}
