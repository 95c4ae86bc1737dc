// The native API: records as they come in, as server-sent events.

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { assertMayRead, type Key } from '../../auth/keys.ts';
import { AppError } from '../../domain/errors.ts';
import type { Follower, TailEvent } from '../../query/follower.ts';
import type { TailService } from '../../query/tail-service.ts';
import { assertTakesEvents, decodeTailQuery } from '../../wire/native/decode-tail.ts';
import { endEvent, gapEvent, heartbeat, recordEvent } from '../../wire/native/encode-tail.ts';
import { authenticate, type NativeAuthOptions } from '../authenticate.ts';
import { rawQueryOf } from '../raw-query.ts';

export interface TailRouteOptions {
  readonly auth: NativeAuthOptions;
  readonly tailService: TailService;
  /** Milliseconds between signs of life. */
  readonly heartbeatMs: number;
}

/** A question that the store cannot answer now is asked again after this long, a few times. */
const RETRY_MS = 1_000;
const RETRIES_MAX = 30;

export async function tailRoutes(app: FastifyInstance, options: TailRouteOptions): Promise<void> {
  app.get('/api/v1/tail', async (request, reply) => {
    const { auth, tailService } = options;
    const key = authenticate(request, auth);
    assertTakesEvents(request.headers.accept);
    const { filter, afterSeq } = decodeTailQuery(
      Buffer.from(rawQueryOf(request), 'latin1'),
      lastEventIdOf(request),
    );
    assertMayRead(key, filter.namespace);
    const gone = new AbortController();
    const follower = tailService.follow(filter, {
      keyId: key.secretId,
      signal: gone.signal,
      ...(afterSeq === undefined ? {} : { afterSeq }),
    });
    reply.raw.once('close', () => {
      gone.abort(new AppError('malformed_request', 'the connection was closed'));
      follower.close();
    });
    await send(request, reply, { ...options, follower, key });
  });
}

function lastEventIdOf(request: FastifyRequest): string | undefined {
  const header = request.headers['last-event-id'];
  return typeof header === 'string' && header !== '' ? header : undefined;
}

interface Sending extends TailRouteOptions {
  readonly follower: Follower;
  readonly key: Key;
}

async function send(request: FastifyRequest, reply: FastifyReply, sending: Sending): Promise<void> {
  const { follower } = sending;
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // For proxies that would keep events until there are many.
    'x-accel-buffering': 'no',
  });
  raw.write(heartbeat(follower.seq));
  const timer = setInterval(() => beat(request, raw, sending), sending.heartbeatMs);
  let reason = 'fnlog is stopping';
  try {
    await sendEvents(raw, follower);
  } catch (error) {
    reason = error instanceof AppError ? error.message : 'something went wrong here';
    request.log.warn({ err: error }, 'following has ended');
  } finally {
    clearInterval(timer);
    follower.close();
    if (!raw.writableEnded && !raw.destroyed) {
      raw.end(endEvent(reason));
    }
  }
}

/** A key that is no good any more ends what was begun with it. */
function beat(request: FastifyRequest, raw: ServerResponse, sending: Sending): void {
  const { auth, follower } = sending;
  try {
    authenticate(request, auth);
  } catch (error) {
    raw.end(endEvent(error instanceof AppError ? error.message : 'the key is no good any more'));
    follower.close();
    return;
  }
  // Behind a full buffer nobody would see it.
  if (raw.writableLength === 0) {
    raw.write(heartbeat(follower.seq));
  }
}

async function sendEvents(raw: ServerResponse, follower: Follower): Promise<void> {
  for (let retries = 0; ; ) {
    let event: TailEvent | undefined;
    try {
      event = await follower.next();
      retries = 0;
    } catch (error) {
      if (!(error instanceof AppError) || !error.retryable || retries >= RETRIES_MAX) {
        throw error;
      }
      retries += 1;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      continue;
    }
    if (event === undefined || raw.destroyed || raw.writableEnded) {
      return;
    }
    if (!raw.write(event.kind === 'gap' ? gapEvent(event) : recordEvent(event.record))) {
      await drained(raw);
    }
  }
}

/** Or the connection is gone. */
async function drained(raw: ServerResponse): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  try {
    await Promise.race([once(raw, 'drain', { signal }), once(raw, 'close', { signal })]);
  } finally {
    over.abort();
  }
}
