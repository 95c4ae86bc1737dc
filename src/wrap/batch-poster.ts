// One request with records to POST /api/v1/invocations, and what its answer means. Never rejects, and
// never says anything of the key.

import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

export type PostOutcome =
  /** On the server's disk. `rejected` counts the records that it will never take. */
  | { readonly kind: 'delivered'; readonly delivered: number; readonly rejected: number }
  /** Not one record is taken, however often it is sent. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nothing is known; the same again later. */
  | { readonly kind: 'away'; readonly reason: string; readonly retryAfterMs: number | undefined };

export interface PosterOptions {
  /** Ends in a slash. */
  readonly url: URL;
  readonly authorization: string;
  readonly timeoutMs: number;
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

const gzipAsync = promisify(gzip);

const PATH = 'api/v1/invocations';
/** Smaller bodies fit into a few packets as they are. */
const GZIP_BYTES_MIN = 4 * 1024;
/** Over the largest receipt. */
const ANSWER_BYTES_MAX = 1024 * 1024;
const RETRY_AFTER_MS_MAX = 5 * 60 * 1000;
/** Statuses below 500 that say nothing of the records: no route right now, too slow, too much. */
const passing = new Set([404, 408, 421, 425, 429]);

export class BatchPoster {
  readonly #options: PosterOptions;
  readonly #target: URL;
  readonly #agent: HttpAgent;

  constructor(options: PosterOptions) {
    this.#options = options;
    this.#target = new URL(PATH, options.url);
    const Agent = this.#isSecure ? HttpsAgent : HttpAgent;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1 });
  }

  /** @param ndjson lines of records */
  async post(ndjson: string): Promise<PostOutcome> {
    try {
      const plain = Buffer.from(ndjson);
      const isLong = plain.length >= GZIP_BYTES_MIN;
      const body = isLong ? await gzipAsync(plain, { level: constants.Z_BEST_SPEED }) : plain;
      return outcomeOf(await this.#exchange(body, isLong, true));
    } catch (error) {
      return { kind: 'away', reason: reasonOf(error), retryAfterMs: undefined };
    }
  }

  /** Lets go of the connection. */
  close(): void {
    this.#agent.destroy();
  }

  get #isSecure(): boolean {
    return this.#target.protocol === 'https:';
  }

  async #exchange(body: Buffer, isGzip: boolean, mayRepeat: boolean): Promise<Answer> {
    const headers = {
      authorization: this.#options.authorization,
      'content-type': 'application/x-ndjson',
      'content-length': body.length,
      ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
    };
    const request = this.#open(headers);
    try {
      return await answerOf(request, body, this.#options.timeoutMs);
    } catch (error) {
      // The server may close an idle connection at the moment in which it is used again.
      const isStale = request.reusedSocket && (error as NodeJS.ErrnoException).code !== TIMEOUT;
      if (mayRepeat && isStale) {
        return await this.#exchange(body, isGzip, false);
      }
      throw error;
    }
  }

  #open(headers: OutgoingHttpHeaders): ClientRequest {
    const open = this.#isSecure ? httpsRequest : httpRequest;
    const request = open(this.#target, { method: 'POST', agent: this.#agent, headers });
    // Reports in the background do not keep a program from ending.
    request.on('socket', (socket) => socket.unref());
    return request;
  }
}

const TIMEOUT = 'ETIMEDOUT';

function answerOf(request: ClientRequest, body: Buffer, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      request.destroy(Object.assign(new Error('no answer in time'), { code: TIMEOUT }));
    }, timeoutMs);
    timer.unref();
    const fail = (error: unknown) => {
      clearTimeout(timer);
      reject(error);
    };
    request.on('error', fail);
    request.on('response', (response) => {
      readAnswer(response).then((answer) => {
        clearTimeout(timer);
        resolve(answer);
      }, fail);
    });
    request.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) {
      throw new Error('the answer is longer than any receipt');
    }
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    retryAfter: response.headers['retry-after'],
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function outcomeOf({ status, retryAfter, body }: Answer): PostOutcome {
  if (status >= 200 && status < 300) {
    // Something in between that says yes to everything has stored nothing.
    return receiptOf(body) ?? away(`status ${status} without a receipt`);
  }
  const reason = `status ${status}${errorCodeOf(body)}`;
  const isRefusal = status >= 400 && status < 500 && !passing.has(status);
  return isRefusal ? { kind: 'refused', reason } : away(reason, retryAfterMsOf(retryAfter));
}

function away(reason: string, retryAfterMs?: number): PostOutcome {
  return { kind: 'away', reason, retryAfterMs };
}

function receiptOf(body: string): PostOutcome | undefined {
  const receipt = jsonObject(body);
  const counts = ['accepted', 'replaced', 'duplicates'].map((name) => receipt[name]);
  if (!counts.every((count) => typeof count === 'number')) {
    return undefined;
  }
  const { rejected, rejectedCount } = receipt;
  const listed = Array.isArray(rejected) ? rejected.length : 0;
  return {
    kind: 'delivered',
    delivered: counts.reduce((sum, count) => sum + count, 0),
    rejected: typeof rejectedCount === 'number' ? rejectedCount : listed,
  };
}

/** The server's word for it, if it has the form of one. */
function errorCodeOf(body: string): string {
  const { error } = jsonObject(body);
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? ` (${code})` : '';
}

function jsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : {};
  } catch {
    return {};
  }
}

/** Seconds, or a date. */
function retryAfterMsOf(header: string | undefined): number | undefined {
  if (header === undefined) {
    return undefined;
  }
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), RETRY_AFTER_MS_MAX);
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'no whole answer';
}
