// The composition root: the only file that names concrete classes. Started in order, stopped in
// reverse.

import { join } from 'node:path';
import { buildFixedKey, createKey, type Key, type KeyRing } from './auth/keys.ts';
import { ReplayGuard } from './auth/replay-guard.ts';
import type { Settings } from './config/schema.ts';
import { systemClock } from './domain/clock.ts';
import { AppError, shownValue } from './domain/errors.ts';
import type { Invocation } from './domain/invocation.ts';
import { KeyFile } from './files/key-file.ts';
import { ServerFile } from './files/server-file.ts';
import { buildServer } from './http/build-server.ts';
import { Batcher } from './ingest/batcher.ts';
import { IngestService } from './ingest/ingest-service.ts';
import { QueryService } from './query/query-service.ts';
import { FunctionRunner } from './runner/function-runner.ts';
import {
  type LocalFunction,
  loadLocalFunction,
  loadLocalFunctions,
} from './runner/local-function.ts';
import { openStore, type Store, storeDefaults } from './store/clickhouse/open-store.ts';
import { buildLogger } from './telemetry/logger.ts';

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
  /** Runs a function; its record is not stored yet. */
  run(fn: LocalFunction, event: unknown): Promise<Invocation>;
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
    run: (fn, event) => runner.invoke(fn, event),
    close: () => runner.close(),
  };
}

export interface RunningApp {
  /** http://HOST:PORT */
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
 * @throws AppError as openStore does; invalid_setting where the address cannot be listened on
 */
export async function startApp(settings: Settings, options: StartOptions): Promise<RunningApp> {
  const core = await openCore(settings);
  try {
    const keys = openKeys(settings);
    const firstKey = makeFirstKey(settings, keys);
    const server = await buildServer(serverOptions(settings, { core, keys, ...options }));
    const url = await listen(server, settings);
    const serverFile = openServerFile(settings);
    serverFile.write(url);
    return {
      url,
      firstKey,
      keyPath: keys.path,
      core,
      close: async () => {
        serverFile.remove();
        await server.close();
        await options.localFunctions?.close();
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

type ServerParts = StartOptions & { readonly core: Core; readonly keys: Keys };

function serverOptions(settings: Settings, { core, keys, version, localFunctions }: ServerParts) {
  const { queryService, ingestService, ping } = core;
  const clock = systemClock;
  const auth = { keyRing: keys, clock };
  const windowMs = settings.v2WindowSeconds * 1000;
  return {
    logger: buildLogger(settings.logLevel),
    v2: {
      ...auth,
      windowMs,
      replayGuard: new ReplayGuard({ clock, windowMs }),
      publicHosts: settings.publicHosts,
      timeZone: settings.timeZone,
      queryPage: queryService.page.bind(queryService),
    },
    invocations: { auth, ingestService, queryService, limits: settings },
    operations: { ping },
    console: { version },
    ...(localFunctions === undefined
      ? {}
      : { functions: { auth, invoke: invokeWith(core, localFunctions) } }),
  };
}

function invokeWith(core: Core, { functions, run }: LocalFunctionsApp) {
  return async (functionName: string, event: unknown): Promise<Invocation> => {
    const fn = functions.find(({ name }) => name === functionName);
    if (fn === undefined) {
      const known = functions.map(({ name }) => name).join(', ') || 'none';
      throw new AppError(
        'not_found',
        `there is no function ${shownValue(functionName)} here; known: ${known}`,
      );
    }
    const invocation = await run(fn, event);
    await storeInvocations(core, [invocation]);
    return invocation;
  };
}

async function listen(
  server: Awaited<ReturnType<typeof buildServer>>,
  { host, port }: Settings,
): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (cause) {
    await server.close();
    const code = (cause as NodeJS.ErrnoException).code;
    const why = code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${code})`;
    throw new AppError(
      'invalid_setting',
      `the address ${host}:${port} ${why}; choose another --port, or 0 for a free one`,
      { cause },
    );
  }
}
