// The native API of a running server, as commands use it.

import type { Key } from '../auth/keys.ts';
import { AppError, type ErrorCode, errorTable } from '../domain/errors.ts';
import type { InvocationQuery } from '../domain/invocation-query.ts';
import type { NativePage } from '../wire/native/encode-invocation.ts';
import { encodeQuery } from '../wire/native/encode-query.ts';
import type { NativeReceipt } from '../wire/native/encode-receipt.ts';

const TIMEOUT_MS = 120_000;
const HEALTH_TIMEOUT_MS = 2_000;

/** @returns whether an fnlog answers there */
export async function isAlive(url: string): Promise<boolean> {
  try {
    const reply = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    return reply.ok;
  } catch {
    return false;
  }
}

export class NativeClient {
  readonly #url: string;
  readonly #authorization: string;

  constructor(url: string, key: Pick<Key, 'secretId' | 'secretKey'>) {
    this.#url = url.replace(/\/+$/, '');
    const credentials = Buffer.from(`${key.secretId}:${key.secretKey}`).toString('base64');
    this.#authorization = `Basic ${credentials}`;
  }

  /** @throws AppError with the server's code and message; store_unavailable where none answers */
  async page(query: InvocationQuery): Promise<NativePage> {
    return (await this.#fetch(`/api/v1/invocations?${encodeQuery(query)}`, {})) as NativePage;
  }

  /** @param lines records in the native shape */
  async ingest(lines: readonly string[]): Promise<NativeReceipt> {
    return (await this.#fetch('/api/v1/invocations', {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    })) as NativeReceipt;
  }

  async #fetch(path: string, init: RequestInit): Promise<unknown> {
    const headers = { ...init.headers, authorization: this.#authorization };
    let reply: Response;
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      reply = await fetch(`${this.#url}${path}`, { ...init, headers, signal });
    } catch (cause) {
      throw new AppError('store_unavailable', `no fnlog answers at ${this.#url}`, { cause });
    }
    const body: unknown = await reply.json().catch(() => undefined);
    if (!reply.ok) {
      throw errorOf(reply.status, body);
    }
    return body;
  }
}

function errorOf(status: number, body: unknown): AppError {
  const { code, message } = (body as { error?: { code?: string; message?: string } })?.error ?? {};
  const known = code !== undefined && Object.hasOwn(errorTable, code);
  return new AppError(
    known ? (code as ErrorCode) : 'internal',
    message ?? `the server answered with HTTP ${status} and no explanation`,
  );
}
