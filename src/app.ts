// The composition root: the only file that names concrete classes. Started in order, stopped in
// reverse.

import { join } from 'node:path';
import { buildFixedKey, createKey, type Key, type KeyRing } from './auth/keys.ts';
import { ReplayGuard } from './auth/replay-guard.ts';
import type { Settings } from './config/schema.ts';
import { systemClock } from './domain/clock.ts';
import type { Invocation } from './domain/invocation.ts';
import { KeyFile } from './files/key-file.ts';
import { ServerFile } from './files/server-file.ts';
import { readTlsFiles, type TlsTexts } from './files/tls-files.ts';
import { buildServer } from './http/build-server.ts';
import { listen, stopListening } from './http/listen.ts';
import { buildRateLimiter } from './http/rate-limits.ts';
import { Batcher } from './ingest/batcher.ts';
import { IngestService } from './ingest/ingest-service.ts';
import { QueryService } from './query/query-service.ts';
import { FunctionRunner } from './runner/function-runner.ts';
import {
  type LocalFunction,
  loadLocalFunction,
  loadLocalFunctions,
} from './runner/local-function.ts';
import { LocalInvoker } from './runner/local-invoker.ts';
import { openStore, type Store, storeDefaults } from './store/clickhouse/open-store.ts';
import { buildLogger, type Logger } from './telemetry/logger.ts';

const KEY_FILE = 'keys.json';
const SERVER_FILE = 'server.json';

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

export interface Keys extends KeyRing {
  /** Where the keys are kept. */
  readonly path: string;
  readonly file: KeyFile;
}

/** The keys of a data directory, and the fixed one of the settings before them. */
export function openKeys(settings: Settings): Keys {
  const path = join(settings.dataDir, KEY_FILE);
  const file = new KeyFile(path);
  const { secretId: fixedId, secretKey } = settings;
  const fixed =
    fixedId === undefined || secretKey === undefined
      ? undefined
      : buildFixedKey(fixedId, secretKey);
  return {
    path,
    file,
    find: (secretId) => (fixed?.secretId === secretId ? fixed : file.find(secretId)),
  };
}

/** Where a server of this data directory says that it listens. */
export function openServerFile(settings: Settings): ServerFile {
  return new ServerFile(join(settings.dataDir, SERVER_FILE));
}

export interface LocalFunctionsApp {
  readonly functions: readonly LocalFunction[];
  /** Folders that hold no usable function, with a sentence each. */
  readonly refused: readonly { readonly dir: string; readonly reason: string }[];
  /** Runs a function; its record is not stored yet. A request id is made where none is given. */
  run(fn: LocalFunction, event: unknown, requestId?: string): Promise<Invocation>;
  close(): Promise<void>;
}

/** The functions in the folders of `parentDir`, those whose runtime is on this machine. */
export async function openLocalFunctions(parentDir: string): Promise<LocalFunctionsApp> {
  const { functions, refused } = await loadLocalFunctions(parentDir);
  return await withRunner(
    new FunctionRunner({ clock: systemClock }),
    functions,
    refused.map(({ dir, error }) => ({ dir, reason: error.message })),
  );
}

/** The one function in `dir`, run by at most `workersMax` processes. */
export async function openLocalFunction(
  dir: string,
  workersMax: number,
): Promise<LocalFunctionsApp> {
  const runner = new FunctionRunner({ clock: systemClock, workersMax });
  return await withRunner(runner, [await loadLocalFunction(dir)], []);
}

async function withRunner(
  runner: FunctionRunner,
  found: readonly LocalFunction[],
  alreadyRefused: LocalFunctionsApp['refused'],
): Promise<LocalFunctionsApp> {
  const functions: LocalFunction[] = [];
  const refused = [...alreadyRefused];
  for (const fn of found) {
    const availability = await runner.available(fn);
    if (availability.available) {
      functions.push(fn);
    } else {
      refused.push({ dir: fn.dir, reason: availability.reason });
    }
  }
  return {
    functions,
    refused,
    run: (fn, event, requestId) =>
      runner.invoke(fn, event, requestId === undefined ? {} : { requestId }),
    close: () => runner.close(),
  };
}

export interface RunningApp {
  /** http://HOST:PORT, or https:// with TLS. */
  readonly url: string;
  /** Made at this start, to be shown once. */
  readonly firstKey: Key | undefined;
  readonly keyPath: string;
  readonly core: Core;
  /** Ends in reverse order of the start; records under way are written first. */
  close(): Promise<void>;
}

export interface StartOptions {
  readonly version: string;
  /** Only for `fnlog dev`. */
  readonly localFunctions?: LocalFunctionsApp;
}

/**
 * Opens the store, then listens.
 *
 * @throws AppError as openStore does; invalid_setting where the address cannot be listened on, or
 *   the files of TLS are no use
 */
export async function startApp(settings: Settings, options: StartOptions): Promise<RunningApp> {
  const tls = readTlsFiles(settings);
  const core = await openCore(settings);
  try {
    const keys = openKeys(settings);
    const firstKey = makeFirstKey(settings, keys);
    const logger = buildLogger(settings.logLevel);
    const localInvoker = localInvokerOf(core, options.localFunctions, logger);
    const parts = { core, keys, tls, logger, localInvoker, version: options.version };
    const server = await buildServer(serverOptions(settings, parts));
    const url = await listen(server, settings);
    const serverFile = openServerFile(settings);
    serverFile.write({ url, certificate: tls?.cert });
    return {
      url,
      firstKey,
      keyPath: keys.path,
      core,
      close: async () => {
        serverFile.remove();
        await stopListening(server);
        await options.localFunctions?.close();
        await localInvoker?.close();
        await core.close();
      },
    };
  } catch (error) {
    await core.close();
    throw error;
  }
}

function makeFirstKey(settings: Settings, { file }: Keys): Key | undefined {
  if (settings.secretId !== undefined || file.list().length > 0) {
    return undefined;
  }
  const key = createKey({
    role: 'admin',
    namespaces: '*',
    createdAtMs: systemClock.now(),
    note: 'first key',
  });
  file.add(key);
  return key;
}

function localInvokerOf(
  core: Core,
  local: LocalFunctionsApp | undefined,
  logger: Logger,
): LocalInvoker | undefined {
  return local === undefined
    ? undefined
    : new LocalInvoker({
        functions: local.functions,
        run: local.run,
        store: (invocations) => storeInvocations(core, invocations),
        onFault: (err) => logger.error({ err }, 'a run in the background left no record'),
      });
}

interface ServerParts {
  readonly version: string;
  readonly core: Core;
  readonly keys: Keys;
  readonly tls: TlsTexts | undefined;
  readonly logger: Logger;
  readonly localInvoker: LocalInvoker | undefined;
}

function serverOptions(settings: Settings, parts: ServerParts) {
  const { core, keys, tls, logger, version, localInvoker } = parts;
  const { queryService, ingestService, ping } = core;
  const clock = systemClock;
  const auth = { keyRing: keys, clock };
  const front = {
    ...auth,
    publicHosts: settings.publicHosts,
    timeZone: settings.timeZone,
    questions: queryService,
    limitRate: buildRateLimiter(settings.rateLimits),
  };
  const windowMs = settings.v2WindowSeconds * 1000;
  return {
    logger,
    tls,
    v2: { ...front, windowMs, replayGuard: new ReplayGuard({ clock, windowMs }) },
    v3: {
      ...front,
      windowMs: settings.v3WindowSeconds * 1000,
      ...(localInvoker === undefined ? {} : { localInvoker }),
    },
    invocations: { auth, ingestService, queryService, limits: settings },
    operations: { ping },
    console: { version },
    ...(localInvoker === undefined ? {} : { functions: { auth, localInvoker } }),
  };
}
