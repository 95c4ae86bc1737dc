// Runs local functions by HTTP. Registered by `fnlog dev` alone.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isAdmin } from '../../auth/keys.ts';
import { AppError } from '../../domain/errors.ts';
import { encodeInvocation } from '../../wire/native/encode-invocation.ts';
import type { Admission } from '../admission.ts';
import { authenticate, type NativeAuthOptions } from '../authenticate.ts';
import { takeBodiesWhole } from '../read-body.ts';
import type { LocalInvoker } from '../v3-services.ts';

export interface FunctionRouteOptions {
  readonly auth: NativeAuthOptions;
  readonly localInvoker: Pick<LocalInvoker, 'invoke'>;
  readonly admission: Admission;
}

/** What SCF takes as the event of a synchronous invocation. */
const EVENT_BYTES_MAX = 6 * 1024 * 1024;

export async function functionRoutes(
  app: FastifyInstance,
  options: FunctionRouteOptions,
): Promise<void> {
  takeBodiesWhole(app, EVENT_BYTES_MAX);
  // Before the body is read: who may not run functions need not send it.
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    const key = authenticate(request, options.auth);
    if (!isAdmin(key)) {
      throw new AppError('unauthorized', 'only an admin key may run functions');
    }
    await options.admission.admit(request, reply);
  };
  app.post<{ Params: { name: string } }>(
    '/api/v1/functions/:name/invocations',
    { onRequest },
    async (request) => {
      const event = eventOf(Buffer.isBuffer(request.body) ? request.body.toString() : '');
      const functionName = request.params.name;
      return encodeInvocation(await options.localInvoker.invoke({ functionName, event }));
    },
  );
}

/** No body is an empty event. */
function eventOf(body: string): unknown {
  if (body.trim() === '') {
    return {};
  }
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new AppError('malformed_request', 'the body is the event and must be JSON');
  }
}
