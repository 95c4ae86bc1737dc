// Who asks, as the gate of questions wants to know it.

import type { FastifyReply } from 'fastify';
import type { Key } from '../auth/keys.ts';
import { AppError } from '../domain/errors.ts';
import type { Asker } from '../query/gate.ts';

/**
 * @param key that the request has proved
 * @returns an asker for all questions of this request, which have its deadline together; nobody
 *   waits for their answers any more once the connection is gone
 */
export function askerOf({ secretId }: Key, reply: FastifyReply): Asker {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) {
      gone.abort(new AppError('malformed_request', 'the connection was closed'));
    }
  });
  return { keyId: secretId, askedAtMs: performance.now(), signal: gone.signal };
}
