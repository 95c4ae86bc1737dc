// The native API of a running server, as commands use it.

import { createParser } from 'eventsource-parser';
import type { Key } from '../auth/keys.ts';
import { AppError, type ErrorCode, errorTable } from '../domain/errors.ts';
import type { InvocationQuery } from '../domain/invocation-query.ts';
import type { NativeErrorPage } from '../wire/native/encode-errors.ts';
import type { NativePage } from '../wire/native/encode-page.ts';
import { encodeQuery } from '../wire/native/encode-query.ts';
import type { NativeReceipt } from '../wire/native/encode-receipt.ts';
import type { NativeFunctionPage, NativeStatistics } from '../wire/native/encode-statistics.ts';
import {
  type HttpAnswer,
  type HttpQuestion,
  openReply,
  sendRequest,
  textOf,
} from './http-request.ts';

/** How an OTLP answer names the first of the records that were not taken. */
const FIRST_REJECTION = /^(?:event|no record was taken; line) (\d{1,15}): (.*)$/s;
/** Where an answer has no code of ours. */
const otlpCodes: ReadonlyMap<number, ErrorCode> = new Map([
  [400, 'malformed_request'],
  [401, 'auth_failed'],
  [403, 'unauthorized'],
  [413, 'body_too_large'],
  [429, 'overloaded'],
  [503, 'store_unavailable'],
]);

const TIMEOUT_MS = 120_000;
const HEALTH_TIMEOUT_MS = 2_000;
const HEALTH_BYTES_MAX = 64 * 1024;
/** About the longest text that Node can hold: a page is below it, also with its log escaped. */
const ANSWER_BYTES_MAX = 512_000_000;

/** What a certificate is refused for when nobody known has signed it. */
const UNKNOWN_AUTHORITY = /SELF_SIGNED|ISSUER_CERT|LEAF_SIGNATURE/;
const CERTIFICATE_REFUSED = /^(?:ERR_TLS_)?CERT_/;

/** Kinds of events; those of OTLP have paths of their own. */
export type SourceName = 'cls' | 'cloudwatch' | 'lambda-telemetry' | 'otlp-logs' | 'otlp-traces';

/** What events do not say of where they belong. */
export interface SourceQuery {
  readonly namespace?: string;
  readonly functionName?: string;
}

const otlpPaths: Partial<Record<SourceName, string>> = {
  'otlp-logs': '/v1/logs',
  'otlp-traces': '/v1/traces',
};

/** One server-sent event. */
export interface TailMessage {
  /** Empty for a sign of life. */
  readonly event: string;
  /** How far that is. */
  readonly id: number | undefined;
  /** Parsed JSON. */
  readonly data: unknown;
}

export interface ServerAddress {
  readonly url: string;
  /** PEM: the one certificate that this server may show; else the usual authorities decide. */
  readonly certificate?: string | undefined;
}

/** @returns whether an fnlog answers there */
export async function isAlive({ url, certificate }: ServerAddress): Promise<boolean> {
  try {
    const { status } = await sendRequest(`${url}/healthz`, {
      timeoutMs: HEALTH_TIMEOUT_MS,
      answerBytesMax: HEALTH_BYTES_MAX,
      certificate,
    });
    return isOk(status);
  } catch {
    return false;
  }
}

export class NativeClient {
  readonly #url: string;
  readonly #certificate: string | undefined;
  readonly #authorization: string;

  constructor({ url, certificate }: ServerAddress, key: Pick<Key, 'secretId' | 'secretKey'>) {
    this.#url = url.replace(/\/+$/, '');
    this.#certificate = certificate;
    const credentials = Buffer.from(`${key.secretId}:${key.secretKey}`).toString('base64');
    this.#authorization = `Basic ${credentials}`;
  }

  /**
   * @throws AppError with the server's code and message; store_unavailable where none answers, or
   *   one that is not trusted
   */
  async page(query: InvocationQuery): Promise<NativePage> {
    return (await this.#ask(`/api/v1/invocations?${encodeQuery(query)}`, {})) as NativePage;
  }

  /** @param parameters of GET /api/v1/stats */
  async statistics(parameters: URLSearchParams): Promise<NativeStatistics> {
    return (await this.#ask(`/api/v1/stats?${parameters}`, {})) as NativeStatistics;
  }

  /** @param parameters of GET /api/v1/functions */
  async functions(parameters: URLSearchParams): Promise<NativeFunctionPage> {
    return (await this.#ask(`/api/v1/functions?${parameters}`, {})) as NativeFunctionPage;
  }

  /** @param parameters of GET /api/v1/errors */
  async errors(parameters: URLSearchParams): Promise<NativeErrorPage> {
    return (await this.#ask(`/api/v1/errors?${parameters}`, {})) as NativeErrorPage;
  }

  /**
   * Events of GET /api/v1/tail, until the server or the signal ends it.
   *
   * @throws AppError as `page` does
   */
  async *tail(parameters: URLSearchParams, signal: AbortSignal): AsyncGenerator<TailMessage> {
    const reply = await openReply(`${this.#url}/api/v1/tail?${parameters}`, {
      headers: { authorization: this.#authorization, accept: 'text/event-stream' },
      certificate: this.#certificate,
      signal,
    }).catch((cause: unknown) => {
      throw noAnswer(this.#url, cause);
    });
    const status = reply.statusCode ?? 0;
    if (!isOk(status)) {
      const text = await textOf(reply, ANSWER_BYTES_MAX);
      throw errorOf({ status, headers: reply.headers, text }, jsonOf(text));
    }
    const messages: TailMessage[] = [];
    const parser = createParser({
      onEvent: ({ event = '', id, data }) =>
        messages.push({ event, id: id === undefined ? undefined : Number(id), data: jsonOf(data) }),
      onComment: (comment) => {
        const seq = /^\s*at (\d+)$/.exec(comment)?.[1];
        messages.push({ event: '', id: seq === undefined ? undefined : Number(seq), data: '' });
      },
    });
    reply.setEncoding('utf8');
    try {
      for await (const chunk of reply as AsyncIterable<string>) {
        parser.feed(chunk);
        yield* messages.splice(0);
      }
    } catch (cause) {
      throw noAnswer(this.#url, cause);
    }
  }

  /** @param lines records in the native shape */
  async ingest(lines: readonly string[]): Promise<NativeReceipt> {
    return (await this.#ask('/api/v1/invocations', {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    })) as NativeReceipt;
  }

  /**
   * @param body JSON of the source
   * @param eventCount how many events it holds: OTLP says only how many were not taken, and not
   *   which of the others are new
   */
  async ingestSource(
    name: SourceName,
    body: string,
    query: SourceQuery & { readonly eventCount: number },
  ): Promise<NativeReceipt> {
    const { eventCount, ...given } = query;
    const parameters = new URLSearchParams({ ...given }).toString();
    const path = otlpPaths[name] ?? `/api/v1/sources/${name}`;
    const answer = await this.#ask(`${path}${parameters === '' ? '' : `?${parameters}`}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return otlpPaths[name] === undefined
      ? (answer as NativeReceipt)
      : receiptOfOtlp(answer as OtlpAnswer, eventCount);
  }

  async #ask(
    path: string,
    question: Pick<HttpQuestion, 'method' | 'headers' | 'body'>,
  ): Promise<unknown> {
    let answer: HttpAnswer;
    try {
      answer = await sendRequest(`${this.#url}${path}`, {
        ...question,
        headers: { ...question.headers, authorization: this.#authorization },
        timeoutMs: TIMEOUT_MS,
        answerBytesMax: ANSWER_BYTES_MAX,
        certificate: this.#certificate,
      });
    } catch (cause) {
      throw cause instanceof AppError ? cause : noAnswer(this.#url, cause);
    }
    const body = jsonOf(answer.text);
    if (!isOk(answer.status)) {
      throw errorOf(answer, body);
    }
    return body;
  }
}

function isOk(status: number): boolean {
  return status >= 200 && status <= 299;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Something in between, such as a proxy, with a page of its own.
    return undefined;
  }
}

function noAnswer(url: string, cause: unknown): AppError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  const refused = `the certificate of ${url} is not accepted (${code})`;
  if (UNKNOWN_AUTHORITY.test(code)) {
    const hint = 'put the certificate of its authority into a file and its path into';
    return new AppError('store_unavailable', `${refused}: ${hint} NODE_EXTRA_CA_CERTS`, { cause });
  }
  if (CERTIFICATE_REFUSED.test(code)) {
    return new AppError('store_unavailable', refused, { cause });
  }
  const why = code === '' ? '' : ` (${code})`;
  return new AppError('store_unavailable', `no fnlog answers at ${url}${why}`, { cause });
}

interface OtlpAnswer {
  readonly partialSuccess?: {
    /** 64 bits are text in JSON. */
    readonly rejectedLogRecords?: string | number;
    readonly rejectedSpans?: string | number;
    readonly errorMessage?: string;
  };
}

function receiptOfOtlp({ partialSuccess = {} }: OtlpAnswer, eventCount: number): NativeReceipt {
  const { rejectedLogRecords, rejectedSpans, errorMessage = '' } = partialSuccess;
  const rejectedCount = Number(rejectedLogRecords ?? rejectedSpans ?? 0);
  const [, line = '1', reason = errorMessage] = FIRST_REJECTION.exec(errorMessage) ?? [];
  return {
    accepted: Math.max(eventCount - rejectedCount, 0),
    replaced: 0,
    duplicates: 0,
    rejected: rejectedCount === 0 ? [] : [{ line: Number(line), field: '', reason }],
    rejectedCount,
  };
}

/** As far as a server that is no fnlog may differ from it. */
interface NativeErrorBody {
  readonly error?: {
    readonly code?: string;
    readonly message?: string;
    readonly details?: Readonly<Record<string, unknown>>;
  };
  /** google.rpc.Status, as the paths of OTLP answer errors. */
  readonly message?: string;
}

function errorOf({ status, headers }: HttpAnswer, body: unknown): AppError {
  const { error, message: otlpMessage } = (body as NativeErrorBody | undefined) ?? {};
  const { code = otlpCodes.get(status), message = otlpMessage, details } = error ?? {};
  const known = code !== undefined && Object.hasOwn(errorTable, code);
  const elsewhere = headers.location === undefined ? '' : `, which points to ${headers.location},`;
  return new AppError(
    known ? (code as ErrorCode) : 'internal',
    message ?? `the server answered with HTTP ${status}${elsewhere} and no explanation`,
    details === undefined ? {} : { details },
  );
}
