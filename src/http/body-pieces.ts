// The body of a request as it comes in, for who reads it piece by piece.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../domain/errors.ts';
import { bodyLengthOf, bodyTooLarge, collectBody, plainBytes } from './read-body.ts';

/** Leaves the bodies of an instance to its routes: what none of them reads takes no memory. */
export function leaveBodiesUnread(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
}

/**
 * A plain body of a length that is known comes in pieces; any other is collected first, so that one
 * that is too large is refused as a whole.
 *
 * @param bytesMax the most bytes, before and after decompression
 * @throws AppError malformed_request, body_too_large
 */
export async function* bodyPieces(
  request: FastifyRequest,
  bytesMax: number,
): AsyncGenerator<Buffer> {
  const length = bodyLengthOf(request);
  const encoding = request.headers['content-encoding'];
  if (length !== undefined && length > bytesMax) {
    throw bodyTooLarge(bytesMax);
  }
  if (length !== undefined && encoding === undefined) {
    yield* piecesOf(request);
    return;
  }
  yield await plainBytes(await collectBody(request, bytesMax), encoding, bytesMax);
}

async function* piecesOf({ raw }: FastifyRequest): AsyncGenerator<Buffer> {
  try {
    yield* raw as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new AppError('malformed_request', 'the body broke off', { cause });
  }
}
