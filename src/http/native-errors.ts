// Errors on the native API's paths: our envelope, a real status, no inside of ours.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../domain/errors.ts';
import { encodeNativeError, type NativeError } from '../wire/native/encode-error.ts';

/** The body of an answer, for paths whose protocol has one of its own. */
type SpellError = (error: NativeError, request: FastifyRequest, reply: FastifyReply) => unknown;

/** Sets the error handler of an instance and of all that is registered in it. */
export function answerNativeErrors(
  app: FastifyInstance,
  spell: SpellError = ({ body }) => body,
): void {
  app.setErrorHandler((raised, request, reply) => {
    const error = toAppError(raised);
    if (error.kind === 'fault' || error.kind === 'operator') {
      request.log.error({ err: raised }, 'a request failed');
    }
    const spelled = encodeNativeError(error);
    const { status, retryAfterSeconds } = spelled;
    if (retryAfterSeconds !== undefined) {
      reply.header('retry-after', retryAfterSeconds);
    }
    // A browser would open a dialog of its own in place of the console's page.
    if (error.code === 'auth_failed' && request.headers['x-fnlog-console'] === undefined) {
      reply.header('www-authenticate', 'Basic realm="fnlog"');
    }
    return reply.code(status).send(spell(spelled, request, reply));
  });
}

/** Fastify's own errors of the caller, by their status; everything else stays unknown. */
function toAppError(raised: unknown): AppError {
  if (raised instanceof AppError) {
    return raised;
  }
  const status = raised instanceof Error && 'statusCode' in raised ? raised.statusCode : undefined;
  if (status === 413) {
    return new AppError('body_too_large', 'the body is over the bound of this path');
  }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new AppError('malformed_request', 'the request cannot be read', { cause: raised });
  }
  return new AppError('internal', 'something went wrong here', { cause: raised });
}
