// The services over an open store: what works without a server.

import type { Settings } from '../config/schema.ts';
import type { Invocation } from '../domain/invocation.ts';
import { Batcher } from '../ingest/batcher.ts';
import { IngestService } from '../ingest/ingest-service.ts';
import { QueryService } from '../query/query-service.ts';
import { openStore, type Store, storeDefaults } from '../store/clickhouse/open-store.ts';

const BATCH_ROWS_MAX = 50_000;
const BATCH_BYTES_MAX = 64 * 1024 * 1024;
const BATCH_LINGER_MS = 2;
const QUERIES_WAITING_MAX = 256;
/** Rough size in memory of a record besides its texts, for the bound on what waits. */
const RECORD_OVERHEAD_BYTES = 512;

/** What works without a server: the services over an open store. */
export interface Core {
  readonly queryService: QueryService;
  readonly ingestService: IngestService;
  readonly ping: () => Promise<void>;
  close(): Promise<void>;
}

/** @throws AppError as openStore does */
export async function openCore(settings: Settings): Promise<Core> {
  const store = await openStore({
    ...storeDefaults,
    dataDir: settings.dataDir,
    clickhouseUrl: settings.clickhouseUrl,
    identityWindowUs: settings.identityWindowSeconds * 1_000_000,
  });
  const batcher = batcherOf(store, settings);
  return {
    queryService: new QueryService({
      reader: store.reader,
      slotCount: storeDefaults.readerCount,
      waitingMax: QUERIES_WAITING_MAX,
      deadlineMs: settings.queryDeadlineSeconds * 1000,
    }),
    ingestService: new IngestService({
      batcher,
      parse: { logBytesMax: settings.logBytesMax },
    }),
    ping: () => store.admin.ping(),
    close: async () => {
      await batcher.close();
      await store.admin.close();
    },
  };
}

function batcherOf(store: Store, settings: Settings): Batcher {
  return new Batcher({
    writer: store.writer,
    batchRowsMax: BATCH_ROWS_MAX,
    batchBytesMax: BATCH_BYTES_MAX,
    lingerMs: BATCH_LINGER_MS,
    waitingBytesMax: settings.waitingBytesMax,
  });
}

/** Stores records that the runner made. */
export async function storeInvocations(
  { ingestService }: Core,
  invocations: readonly Invocation[],
): Promise<void> {
  const bytes = invocations.reduce(
    (sum, { log, retMsg }) => sum + log.length + retMsg.length + RECORD_OVERHEAD_BYTES,
    0,
  );
  await ingestService.write(invocations, bytes);
}
