// Where a command's questions and records go: a running server, or the store itself where none
// runs.

import { openCore } from '../app/core.ts';
import { openKeys, openServerFile } from '../app/keys.ts';
import { isAdmin, type Key } from '../auth/keys.ts';
import type { Settings } from '../config/schema.ts';
import { systemClock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import type { InvocationQuery } from '../domain/invocation-query.ts';
import { scanInvocations } from '../wire/native/decode-invocations.ts';
import {
  decodeErrorQuery,
  decodeFunctionQuery,
  decodeStatisticsQuery,
} from '../wire/native/decode-statistics.ts';
import { encodeErrorPage, type NativeErrorPage } from '../wire/native/encode-errors.ts';
import { encodePage, type NativePage } from '../wire/native/encode-page.ts';
import { encodeReceipt, type NativeReceipt } from '../wire/native/encode-receipt.ts';
import {
  encodeFunctionPage,
  encodeStatistics,
  type NativeFunctionPage,
  type NativeStatistics,
} from '../wire/native/encode-statistics.ts';
import { decodeEvents } from './decode-events.ts';
import {
  isAlive,
  NativeClient,
  type ServerAddress,
  type SourceName,
  type SourceQuery,
} from './native-client.ts';

export interface Backend {
  page(query: InvocationQuery): Promise<NativePage>;
  /** @param parameters of GET /api/v1/stats */
  statistics(parameters: URLSearchParams): Promise<NativeStatistics>;
  /** @param parameters of GET /api/v1/functions */
  functions(parameters: URLSearchParams): Promise<NativeFunctionPage>;
  /** @param parameters of GET /api/v1/errors */
  errors(parameters: URLSearchParams): Promise<NativeErrorPage>;
  /**
   * @param records in the native shape, not checked yet
   * @throws AppError all_rejected (details: the receipt), overloaded, storage_full, …
   */
  ingest(records: readonly unknown[]): Promise<NativeReceipt>;
  /**
   * Events that tell of runs bit by bit.
   *
   * @param body JSON of the source, decompressed
   * @throws AppError as `ingest`, and malformed_request where the body is not of this source
   */
  ingestSource(
    name: SourceName,
    body: string,
    query: SourceQuery & { readonly eventCount: number },
  ): Promise<NativeReceipt>;
  close(): Promise<void>;
}

/**
 * A client of the server that is given or runs on the data directory.
 *
 * @throws AppError invalid_setting where there is none; auth_failed where no key is at hand
 */
export async function openClient(settings: Settings): Promise<NativeClient> {
  const { server: url } = settings;
  const server = url === undefined ? await runningServer(settings) : { url };
  if (server === undefined) {
    throw new AppError(
      'invalid_setting',
      'following takes a running server, and none runs on this data directory: begin with fnlog serve, or give --server',
    );
  }
  return new NativeClient(server, keyFor(settings));
}

/** @throws AppError as openCore does; auth_failed where a server runs and no key is at hand */
export async function openBackend(settings: Settings): Promise<Backend> {
  const { server: url } = settings;
  const server = url === undefined ? await runningServer(settings) : { url };
  return server === undefined ? await openOwnStore(settings) : openServer(server, settings);
}

async function runningServer(settings: Settings): Promise<ServerAddress | undefined> {
  const server = openServerFile(settings).read();
  // The file of a server that was killed is still there.
  return server !== undefined && (await isAlive(server)) ? server : undefined;
}

function openServer(server: ServerAddress, settings: Settings): Backend {
  const client = new NativeClient(server, keyFor(settings));
  return {
    page: (query) => client.page(query),
    statistics: (parameters) => client.statistics(parameters),
    functions: (parameters) => client.functions(parameters),
    errors: (parameters) => client.errors(parameters),
    ingest: (records) => client.ingest(records.map((record) => JSON.stringify(record))),
    ingestSource: (name, body, query) => client.ingestSource(name, body, query),
    close: async () => undefined,
  };
}

function keyFor(settings: Settings): Pick<Key, 'secretId' | 'secretKey'> {
  const { secretId, secretKey } = settings;
  if (secretId !== undefined && secretKey !== undefined) {
    return { secretId, secretKey };
  }
  const keys = openKeys(settings);
  const nowMs = systemClock.now();
  const key = keys.file.list().find((one) => isAdmin(one) && servesBasic(one, nowMs));
  if (key === undefined) {
    throw new AppError(
      'auth_failed',
      `there is no permanent admin key in force in ${keys.path}; set FNLOG_SECRET_ID and FNLOG_SECRET_KEY, or --data-dir`,
    );
  }
  return key;
}

/** A temporary key does not: HTTP Basic has no place for its token. */
function servesBasic({ token, revokedAtMs, expiresAtMs }: Key, nowMs: number): boolean {
  return token === null && revokedAtMs === null && (expiresAtMs === null || nowMs < expiresAtMs);
}

async function openOwnStore(settings: Settings): Promise<Backend> {
  const core = await openCore(settings);
  return {
    page: async (query) => {
      const wanted = { withCompleteness: true };
      const page = await core.queryService.page(query, undefined, wanted);
      return encodePage(page, query, systemClock.now());
    },
    statistics: async (parameters) => {
      const query = decodeStatisticsQuery(Buffer.from(parameters.toString()));
      return encodeStatistics(await core.statisticsService.statistics(query), settings.prices);
    },
    functions: async (parameters) => {
      const nowUs = systemClock.now() * 1000;
      const query = decodeFunctionQuery(Buffer.from(parameters.toString()), nowUs);
      return encodeFunctionPage(await core.statisticsService.functions(query), settings.prices);
    },
    errors: async (parameters) => {
      const nowUs = systemClock.now() * 1000;
      const query = decodeErrorQuery(Buffer.from(parameters.toString()), nowUs);
      return encodeErrorPage(await core.statisticsService.errors(query));
    },
    ingest: async (records) => {
      const lines = records.map((record) => JSON.stringify(record)).join('\n');
      const candidates = scanInvocations(Buffer.from(lines), settings);
      return encodeReceipt(await core.ingestService.ingest(candidates, { mayIngest: () => true }));
    },
    ingestSource: async (name, body, { eventCount: _eventCount, ...query }) => {
      const events = [...(await decodeEvents(name, body, query, settings))];
      return events.length === 0
        ? { accepted: 0, replaced: 0, duplicates: 0, rejected: [] }
        : encodeReceipt(
            await core.fragmentService.ingest(events, {
              mayIngest: () => true,
              source: kindOf(name),
            }),
          );
    },
    close: () => core.close(),
  };
}

/** As the paths of a server name the kind of source. */
function kindOf(name: SourceName): string {
  return name.startsWith('otlp-') ? 'otlp' : name;
}
