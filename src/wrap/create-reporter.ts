// fnlog/wrap: reports each run of a Node handler to fnlog in the background, and keeps what cannot be
// sent on disk. Never fails the handler, never throws into the program. The entry of the package for
// other people's programs: it imports nothing but Node's own modules and its own folder.

import { BatchPoster } from './batch-poster.ts';
import { ConsoleCapture, type ConsoleTarget } from './console-capture.ts';
import { Delivery } from './delivery.ts';
import { type ExpressOptions, expressMiddleware, type Middleware } from './express-middleware.ts';
import { type ReporterOptions, type Settings, settingsOf } from './reporter-options.ts';
import { noStats, type ReporterStats } from './reporter-stats.ts';
import { RunRecorder } from './run-recorder.ts';
import { Spool } from './spool.ts';
import { type AnyHandler, wrapHandler } from './wrap-handler.ts';

export type { AnyHandler, ExpressOptions, Middleware, ReporterOptions, ReporterStats };

export interface Reporter {
  /**
   * Puts a record around a handler: (event, context), with or without a promise; (event, context,
   * callback); (request, response).
   *
   * @returns a handler of the same form
   */
  wrap<Handler extends AnyHandler>(
    handler: Handler,
    options?: { readonly functionName?: string },
  ): Handler;
  /** @returns a middleware that records every request; put it before all others */
  express(options?: ExpressOptions): Middleware;
  /**
   * Sends what waits. Never rejects.
   *
   * @param timeoutMs how long it may take; 2,000 where left out
   * @returns whether nothing waits any more, neither in memory nor on disk
   */
  flush(timeoutMs?: number): Promise<boolean>;
  /** @returns what was done so far, and how many records wait in memory */
  stats(): Readonly<ReporterStats> & { readonly waiting: number };
  /** Flushes, and lets go of the console, the connection and the process. Never rejects. */
  close(timeoutMs?: number): Promise<boolean>;
}

const FLUSH_MS = 2_000;

/**
 * @param options each has a default; address and key come from FNLOG_URL, FNLOG_SECRET_ID and
 *   FNLOG_SECRET_KEY
 * @returns a reporter; one that does nothing where address or key are missing, which is said once
 */
export function createReporter(options: ReporterOptions = {}): Reporter {
  const warn = warnOnce(options.onWarning);
  const settings = settingsOf(options, process.env);
  if (typeof settings === 'string') {
    warn('off', `runs are not reported: ${settings}`);
    return silentReporter();
  }
  return startReporter(settings, warn);
}

function startReporter(
  settings: Settings,
  warn: (kind: string, sentence: string) => void,
): Reporter {
  const stats = noStats();
  const delivery = startDelivery(settings, stats, warn);
  const capture = settings.captureConsole
    ? new ConsoleCapture(globalThis.console as ConsoleTarget, () => {
        stats.faults += 1;
      })
    : undefined;
  capture?.start();
  const push = (line: string) => delivery.push(line);
  const recorder = new RunRecorder({ settings, stats, capture, push });
  const flush = (timeoutMs: number, atOnce: boolean) => {
    recorder.writeEnded();
    return delivery.flush(timeoutMs, atOnce);
  };
  const leave = watchProcess(recorder, delivery, stats, flush);
  const heldUp = () => flush(settings.flushTimeoutMs, false);
  return {
    wrap: (handler, { functionName = settings.functionName } = {}) => {
      if (typeof handler !== 'function') {
        return handler;
      }
      recorder.noteLoaded();
      return wrapHandler(handler as unknown as Parameters<typeof wrapHandler>[0], {
        recorder,
        functionName,
        platform: settings.platform,
        flush: settings.flushBeforeReturn ? heldUp : undefined,
      }) as unknown as typeof handler;
    },
    express: (given = {}) => {
      const { functionName = settings.functionName } = given;
      return expressMiddleware(recorder, functionName === undefined ? {} : { functionName });
    },
    flush: (timeoutMs = FLUSH_MS) => flush(timeoutMs, true),
    stats: () => ({ ...stats, waiting: delivery.waiting + recorder.unwritten }),
    close: async (timeoutMs = FLUSH_MS) => {
      const isEmpty = await flush(timeoutMs, true);
      delivery.saveNow();
      leave();
      capture?.stop();
      delivery.close();
      return isEmpty;
    },
  };
}

function startDelivery(
  settings: Settings,
  stats: ReporterStats,
  warn: (kind: string, sentence: string) => void,
): Delivery {
  const { url, authorization, requestTimeoutMs: timeoutMs, spoolDir: dir } = settings;
  const onDropped = (records: number) => {
    stats.dropped += records;
  };
  return new Delivery({
    poster: new BatchPoster({ url, authorization, timeoutMs }),
    spool:
      dir === undefined
        ? undefined
        : new Spool({ dir, bytesMax: settings.spoolBytesMax, onDropped }),
    lingerMs: settings.lingerMs,
    queueRecordsMax: settings.queueRecordsMax,
    queueBytesMax: settings.queueBytesMax,
    stats,
    server: url.origin,
    warn,
  });
}

/**
 * Sends what waits when the program has nothing more to do, and puts the rest on disk when it ends.
 *
 * @returns stops that
 */
function watchProcess(
  recorder: RunRecorder,
  delivery: Delivery,
  stats: ReporterStats,
  flush: (timeoutMs: number, atOnce: boolean) => Promise<boolean>,
): () => void {
  let runsFlushed = -1;
  const onBeforeExit = () => {
    // Comes again after the flush: once for the same runs is enough.
    if (recorder.unwritten + delivery.waiting > 0 && stats.runs !== runsFlushed) {
      runsFlushed = stats.runs;
      void flush(FLUSH_MS, true);
    }
  };
  const onExit = () => {
    recorder.writeEnded();
    delivery.saveNow();
  };
  process.on('beforeExit', onBeforeExit);
  process.on('exit', onExit);
  return () => {
    process.off('beforeExit', onBeforeExit);
    process.off('exit', onExit);
  };
}

function silentReporter(): Reporter {
  return {
    wrap: (handler) => handler,
    express: () => (_request, _response, next) => next(),
    flush: () => Promise.resolve(true),
    stats: () => ({ ...noStats(), waiting: 0 }),
    close: () => Promise.resolve(true),
  };
}

/** One line for each kind of trouble, and never an error for whoever is told. */
function warnOnce(
  told: ReporterOptions['onWarning'] = (line) => void process.stderr.write(`${line}\n`),
): (kind: string, sentence: string) => void {
  const said = new Set<string>();
  return (kind, sentence) => {
    if (said.has(kind)) {
      return;
    }
    said.add(kind);
    try {
      told(`fnlog/wrap: ${sentence}`);
    } catch {
      // It is the program's own function that failed; nothing of a run is lost by it.
    }
  };
}
