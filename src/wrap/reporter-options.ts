// The options of a reporter, and their defaults. A reporter never throws: what is missing or wrong is
// a sentence, and the reporter stays off.

import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, factsOfEnvironment, type RunFacts } from './platform-facts.ts';

export interface ReporterOptions {
  /** The address of fnlog, as in http://127.0.0.1:5280. Default: FNLOG_URL. */
  readonly url?: string;
  /** A key of the role ingest. Default: FNLOG_SECRET_ID. */
  readonly secretId?: string;
  /** Default: FNLOG_SECRET_KEY. */
  readonly secretKey?: string;
  /** Default: what the platform says, else the handler's own name. */
  readonly functionName?: string;
  /** Default: what the platform says (SCF), else `default`. */
  readonly namespace?: string;
  /** Default: what the platform says, else `$LATEST`. */
  readonly qualifier?: string;
  /** Whether lines written with console.* during a run become its log. Default: true. */
  readonly captureConsole?: boolean;
  /** Whether the start of a run is reported too, so that one that never ends is seen. Default: false. */
  readonly reportStarts?: boolean;
  /** For platforms that freeze the process after the return (Lambda, SCF). Default: false. */
  readonly flushBeforeReturn?: boolean;
  /** The longest that `flushBeforeReturn` holds a run up, in ms. Default: 500. */
  readonly flushTimeoutMs?: number;
  /** How long a record waits for company, in ms. Default: 200. */
  readonly lingerMs?: number;
  /** A request that takes longer has failed, in ms. Default: 10,000. */
  readonly requestTimeoutMs?: number;
  /** The log of one run; the rest is cut and counted. Default: 65,536. */
  readonly logBytesMax?: number;
  /** What a handler returned, as JSON; 0 leaves it out. Default: 4,096. */
  readonly resultBytesMax?: number;
  /** Records that wait in memory. Default: 10,000. */
  readonly queueRecordsMax?: number;
  /** The same, in bytes. Default: 8 MiB. */
  readonly queueBytesMax?: number;
  /** Where records wait while the server is away; false for nowhere. Default: under the system's
   * directory for temporary files. */
  readonly spoolDir?: string | false;
  /** Over it the oldest are dropped, and counted. Default: 64 MiB. */
  readonly spoolBytesMax?: number;
  /** Told what the operator should know, a line each. Default: standard error. */
  readonly onWarning?: (line: string) => void;
}

/** The options with every default filled in. */
export interface Settings {
  readonly url: URL;
  readonly authorization: string;
  readonly functionName: string | undefined;
  readonly namespace: string | undefined;
  readonly qualifier: string | undefined;
  /** What the platform's variables say. */
  readonly platform: RunFacts;
  readonly captureConsole: boolean;
  readonly reportStarts: boolean;
  readonly flushBeforeReturn: boolean;
  readonly flushTimeoutMs: number;
  readonly lingerMs: number;
  readonly requestTimeoutMs: number;
  readonly logBytesMax: number;
  readonly resultBytesMax: number;
  readonly queueRecordsMax: number;
  readonly queueBytesMax: number;
  /** A directory of this destination and this user alone. */
  readonly spoolDir: string | undefined;
  readonly spoolBytesMax: number;
}

const MIB = 1024 * 1024;
/** Under what fnlog takes in one record by default. */
const LOG_BYTES_MAX = 1 * MIB;
const DAY_MS = 24 * 3600 * 1000;

/**
 * @param options as a caller gave them: anything
 * @returns the settings, or why there are none: lower case, without secrets
 */
export function settingsOf(options: ReporterOptions, environment: Environment): Settings | string {
  const url = urlOf(options.url ?? environment['FNLOG_URL']);
  const secretId = options.secretId ?? environment['FNLOG_SECRET_ID'];
  const secretKey = options.secretKey ?? environment['FNLOG_SECRET_KEY'];
  if (url === undefined) {
    return 'url is missing or is no http address: set FNLOG_URL or the option url';
  }
  if (!isText(secretId) || !isText(secretKey)) {
    return 'the key is missing: set FNLOG_SECRET_ID and FNLOG_SECRET_KEY';
  }
  return {
    url,
    authorization: `Basic ${Buffer.from(`${secretId}:${secretKey}`).toString('base64')}`,
    functionName: textOf(options.functionName),
    namespace: textOf(options.namespace),
    qualifier: textOf(options.qualifier),
    platform: factsOfEnvironment(environment),
    captureConsole: options.captureConsole !== false,
    reportStarts: options.reportStarts === true,
    flushBeforeReturn: options.flushBeforeReturn === true,
    flushTimeoutMs: bounded(options.flushTimeoutMs, 500, 1, DAY_MS),
    lingerMs: bounded(options.lingerMs, 200, 0, 60_000),
    requestTimeoutMs: bounded(options.requestTimeoutMs, 10_000, 1, 600_000),
    logBytesMax: bounded(options.logBytesMax, 64 * 1024, 0, LOG_BYTES_MAX),
    resultBytesMax: bounded(options.resultBytesMax, 4 * 1024, 0, LOG_BYTES_MAX),
    queueRecordsMax: bounded(options.queueRecordsMax, 10_000, 1, 1_000_000),
    queueBytesMax: bounded(options.queueBytesMax, 8 * MIB, 64 * 1024, 1024 * MIB),
    spoolDir: spoolDirOf(options.spoolDir, `${url.href}\n${secretId}`),
    spoolBytesMax: bounded(options.spoolBytesMax, 64 * MIB, 64 * 1024, Number.MAX_SAFE_INTEGER),
  };
}

/** Without user and password, which belong into the key's options, and without a query. */
function urlOf(given: unknown): URL | undefined {
  try {
    const url = new URL(String(given));
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      return undefined;
    }
    return new URL(`${url.origin}${url.pathname.replace(/\/+$/, '')}/`);
  } catch {
    return undefined;
  }
}

/**
 * Records may only be sent to where they were meant to go, under the right they were meant to have:
 * each address and SecretId has a directory of its own. Its name gives neither away.
 */
function spoolDirOf(given: unknown, destination: string): string | undefined {
  if (given === false) {
    return undefined;
  }
  const hash = createHash('sha256').update(destination).digest('hex').slice(0, 12);
  return isText(given)
    ? join(given, `fnlog-${hash}`)
    : join(tmpdir(), `fnlog-spool-${process.getuid?.() ?? 0}-${hash}`);
}

function bounded(given: unknown, fallback: number, min: number, max: number): number {
  return typeof given === 'number' && given >= min ? Math.min(Math.floor(given), max) : fallback;
}

function textOf(given: unknown): string | undefined {
  return isText(given) ? given : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
