// The composition root: with the files of app/ the only place that names concrete classes. Started
// in order, stopped in reverse.

import { type Core, openCore, storeInvocations } from './app/core.ts';
import { type Keys, openKeys, openServerFile } from './app/keys.ts';
import type { LocalFunctionsApp } from './app/local-functions.ts';
import { createKey, type Key } from './auth/keys.ts';
import { ReplayGuard } from './auth/replay-guard.ts';
import { Sessions } from './auth/sessions.ts';
import type { Settings } from './config/schema.ts';
import { systemClock } from './domain/clock.ts';
import { readTlsFiles, type TlsTexts } from './files/tls-files.ts';
import { Admission } from './http/admission.ts';
import { buildServer } from './http/build-server.ts';
import { callAdmissionBounds } from './http/call-admission.ts';
import { consoleDirectory } from './http/console-files.ts';
import { listen, stopListening } from './http/listen.ts';
import { buildRateLimiter } from './http/rate-limits.ts';
import { LocalInvoker } from './runner/local-invoker.ts';
import { buildLogger, type Logger } from './telemetry/logger.ts';
import { Metrics } from './telemetry/metrics.ts';

/** Within what a client waits for an answer anyway. */
const admissionBounds = { waitingMax: 1_024, waitMsMax: 20_000 };

/** Below what proxies and browsers wait for. */
const HEARTBEAT_MS = 15_000;

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
  const metrics = new Metrics({ clock: systemClock, ofProcess: true });
  const core = await openCore(settings, metrics, metrics.queries);
  metrics.watchWaitingBytes(core.waitingBytes);
  metrics.queries.watchLoad(() => core.gate);
  try {
    const keys = openKeys(settings);
    const firstKey = makeFirstKey(settings, keys);
    const logger = buildLogger(settings.logLevel);
    const localInvoker = localInvokerOf(core, options.localFunctions, logger);
    const parts = {
      ...{ core, metrics, keys, tls, logger, localInvoker, version: options.version },
      localFunctions: options.localFunctions?.functions ?? [],
    };
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
        core.tailService.close();
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
  readonly metrics: Metrics;
  readonly keys: Keys;
  readonly tls: TlsTexts | undefined;
  readonly logger: Logger;
  readonly localInvoker: LocalInvoker | undefined;
  readonly localFunctions: readonly { readonly name: string }[];
}

function serverOptions(settings: Settings, parts: ServerParts) {
  const { core, metrics, keys, tls, logger, version, localInvoker, localFunctions } = parts;
  const { queryService, statisticsService, tailService, ingestService, fragmentService, ping } =
    core;
  const clock = systemClock;
  const auth = { keyRing: keys, clock, sessions: new Sessions({ keyRing: keys, clock }) };
  const callAdmission = new Admission(callAdmissionBounds);
  const front = {
    ...auth,
    admission: callAdmission,
    publicHosts: settings.publicHosts,
    timeZone: settings.timeZone,
    questions: queryService,
    limitRate: buildRateLimiter(settings.rateLimits),
  };
  const admission = new Admission({ ...admissionBounds, bytesMax: settings.waitingBytesMax });
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
    invocations: { auth, ingestService, queryService, limits: settings, admission },
    sources: { auth, fragmentService, limits: settings, admission },
    statistics: { auth, statisticsService, prices: settings.prices },
    tail: { auth, tailService, heartbeatMs: HEARTBEAT_MS },
    openApi: { auth, version },
    operations: { ping },
    metrics: { auth, metrics },
    console: { directory: consoleDirectory() },
    session: {
      auth,
      secure: tls !== undefined,
      localFunctions: localFunctions.map(({ name }) => name),
    },
    ...(localInvoker === undefined
      ? {}
      : { functions: { auth, localInvoker, admission: callAdmission } }),
  };
}
