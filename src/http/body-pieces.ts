// The body of a request as it comes in, for who reads it piece by piece.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../domain/errors.ts';
import { plainBytes } from './read-body.ts';

/** Lets the routes of an instance read their bodies themselves. */
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
  const { 'content-length': length, 'content-encoding': encoding } = request.headers;
  if (length !== undefined && Number(length) > bytesMax) {
    throw tooLarge(bytesMax);
  }
  if (length !== undefined && encoding === undefined) {
    yield* piecesOf(request);
    return;
  }
  const collected: Buffer[] = [];
  let bytes = 0;
  for await (const piece of piecesOf(request)) {
    bytes += piece.length;
    if (bytes > bytesMax) {
      throw tooLarge(bytesMax);
    }
    collected.push(piece);
  }
  yield await plainBytes(Buffer.concat(collected), encoding, bytesMax);
}

async function* piecesOf({ raw }: FastifyRequest): AsyncGenerator<Buffer> {
  try {
    yield* raw as AsyncIterable<Buffer>;
  } catch (cause) {
    throw new AppError('malformed_request', 'the body broke off', { cause });
  }
}

function tooLarge(bytesMax: number): AppError {
  return new AppError('body_too_large', 'the body is over the bound of this path', {
    details: { bodyBytesMax: bytesMax },
  });
}
