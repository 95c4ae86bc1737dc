// The services over an open store: what works without a server.

import type { Settings } from '../config/schema.ts';
import { systemClock } from '../domain/clock.ts';
import type { Invocation } from '../domain/invocation.ts';
import { InvocationBlock } from '../domain/invocation-block.ts';
import { Batcher } from '../ingest/batcher.ts';
import { FragmentService } from '../ingest/fragment-service.ts';
import { type IngestObserver, silentObserver } from '../ingest/ingest-observer.ts';
import { IngestService } from '../ingest/ingest-service.ts';
import { buildRedactor } from '../ingest/redaction.ts';
import { Gate } from '../query/gate.ts';
import { type GateObserver, silentGateObserver } from '../query/gate-observer.ts';
import { QueryService } from '../query/query-service.ts';
import { StatisticsService } from '../query/statistics-service.ts';
import { TailService } from '../query/tail-service.ts';
import { openStore, type Store, storeDefaults } from '../store/clickhouse/open-store.ts';

/** So that what is done in one go before a write never holds up the event loop for long. */
const BATCH_ROWS_MAX = 20_480;
const BATCH_BYTES_MAX = 32 * 1024 * 1024;
const BATCH_LINGER_MS = 2;
/** In columns a record can take more than on the wire; requests are bounded before that. */
const BATCHED_SHARE = 4;
const QUERIES_WAITING_MAX = 256;
/** One key leaves half of the queue to the others. */
const QUERIES_WAITING_PER_KEY_MAX = 128;

/** Each holds a connection and up to half a million characters. */
const followerBounds = { followersMax: 256, followersPerKeyMax: 32 };

/** What works without a server: the services over an open store. */
export interface Core {
  readonly queryService: QueryService;
  readonly statisticsService: StatisticsService;
  readonly tailService: TailService;
  readonly ingestService: IngestService;
  readonly fragmentService: FragmentService;
  readonly ping: () => Promise<void>;
  /** Bytes of records that are not durable yet. */
  readonly waitingBytes: () => number;
  /** What every question passes. */
  readonly gate: Gate;
  close(): Promise<void>;
}

/**
 * @param observer told of all that comes in; nobody where it is left out
 * @param gateObserver told of what becomes of questions; nobody where it is left out
 * @throws AppError as openStore does
 */
export async function openCore(
  settings: Settings,
  observer: IngestObserver = silentObserver,
  gateObserver: GateObserver = silentGateObserver,
): Promise<Core> {
  const store = await openStore({
    ...storeDefaults,
    dataDir: settings.dataDir,
    clickhouseUrl: settings.clickhouseUrl,
    identityWindowUs: settings.identityWindowSeconds * 1_000_000,
  });
  const redactor = buildRedactor({
    rules: settings.redaction,
    logBytesMax: settings.logBytesMax,
    onRedacted: (rule, count) => observer.redacted(rule, count),
  });
  const batcher = batcherOf(store, settings, observer);
  const gate = gateOf(settings, gateObserver);
  const questions = {
    gate,
    clock: systemClock,
    lostRuns: {
      graceMs: settings.lostGraceSeconds * 1000,
      timeLimitMs: settings.timeLimitSeconds * 1000,
    },
  };
  const queryService = new QueryService({ ...questions, reader: store.reader });
  return {
    queryService,
    statisticsService: new StatisticsService({
      ...questions,
      reader: store.statistics,
      errorReader: store.errors,
    }),
    tailService: new TailService({
      ...questions,
      ...followerBounds,
      feed: store.feed,
      reader: store.tail,
    }),
    ingestService: new IngestService({
      batcher,
      parse: { logBytesMax: settings.logBytesMax },
      redactor,
      observer,
      onRejected: (record) => store.noteUnstored(record),
    }),
    fragmentService: new FragmentService({
      append: (records) => batcher.append(InvocationBlock.of(records)),
      recordsToJoin: (runs, range) => queryService.recordsToJoin(runs, range),
      latestRuns: (query) => queryService.latestRuns(query),
      logBytesMax: settings.logBytesMax,
      identityWindowUs: settings.identityWindowSeconds * 1_000_000,
      waitingBytesMax: settings.waitingBytesMax,
      redactor,
      observer,
      onRejected: (record) => store.noteUnstored(record),
    }),
    ping: () => store.admin.ping(),
    waitingBytes: () => batcher.waitingBytes,
    gate,
    close: async () => {
      await batcher.close();
      await store.admin.close();
    },
  };
}

function gateOf(settings: Settings, observer: GateObserver): Gate {
  return new Gate({
    slotCount: storeDefaults.readerCount,
    waitingMax: QUERIES_WAITING_MAX,
    waitingPerKeyMax: QUERIES_WAITING_PER_KEY_MAX,
    deadlineMs: settings.queryDeadlineSeconds * 1000,
    rowsMax: settings.queryRowsMax,
    bytesMax: settings.queryBytesMax,
    secondsPerMinute: settings.querySecondsPerMinute,
    observer,
  });
}

function batcherOf(store: Store, settings: Settings, observer: IngestObserver): Batcher {
  return new Batcher({
    writer: store.writer,
    batchRowsMax: BATCH_ROWS_MAX,
    batchBytesMax: BATCH_BYTES_MAX,
    lingerMs: BATCH_LINGER_MS,
    waitingBytesMax: settings.waitingBytesMax * BATCHED_SHARE,
    observer,
  });
}

/** Stores records that the runner made. */
export async function storeInvocations(
  { ingestService }: Core,
  invocations: readonly Invocation[],
): Promise<void> {
  await ingestService.write(invocations);
}
