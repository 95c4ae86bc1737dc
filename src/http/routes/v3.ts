// API 3.0 and service tcb: GET and POST `/`. Whatever happens here is answered with HTTP status 200
// and the v3 envelope, with a RequestId that the server's log holds too.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { VerifyOptions } from '../../auth/verify.ts';
import { AppError, shownValue } from '../../domain/errors.ts';
import { encodeError } from '../../wire/v3/encode-error.ts';
import { ParameterReader } from '../../wire/v3/parameter-reader.ts';
import { askerOf } from '../asker.ts';
import { findV3Action } from '../find-v3-action.ts';
import {
  assertMaySendV3,
  namesInHeaders,
  parameterTreeOf,
  readV3Request,
  V3_BODY_BYTES_MAX,
  type V3Names,
  verifyV3Request,
} from '../read-v3-request.ts';
import {
  type FrontOptions,
  frontError,
  frontTimes,
  sendEnvelope,
  servePost,
  takeAnyLabel,
} from '../tencent-front.ts';
import type { LocalInvoker, V3Services } from '../v3-services.ts';

export interface V3RouteOptions extends VerifyOptions, FrontOptions {
  /** Only where local functions may be run. */
  readonly localInvoker?: LocalInvoker;
}

/** What is known of a call so far. */
interface CallFacts {
  names: V3Names;
  secretId: string | undefined;
}

const PATH = '/';
const CONSOLE = '/console/';
const OTHER_METHODS = ['DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'PUT'];
/** What a client may have echoed: a name for its own log, so plain and short. */
const TRACE_ID = /^[\x21-\x7e]{1,128}$/;

/** @throws AppError invalid_setting for a time zone that is not known */
export async function v3Routes(app: FastifyInstance, options: V3RouteOptions): Promise<void> {
  const services: V3Services = {
    questions: options.questions,
    clock: options.clock,
    localInvoker: options.localInvoker,
    ...frontTimes(options),
  };
  takeAnyLabel(app);
  app.get(PATH, { exposeHeadRoute: false }, (request, reply) =>
    isBrowser(request) ? reply.redirect(CONSOLE) : respond(request, reply, options, services),
  );
  servePost(app, {
    path: PATH,
    bodyBytesMax: V3_BODY_BYTES_MAX,
    admission: options.admission,
    assertMaySend: (request) => assertMaySendV3(request, options.keyRing),
    handler: (request, reply) => respond(request, reply, options, services),
  });
  app.route({
    method: OTHER_METHODS,
    url: PATH,
    handler: (request) => {
      const shown = shownValue(request.method);
      throw new AppError('method_not_allowed', `method ${shown} is not served: GET and POST are`);
    },
  });
  // What is raised before a handler: a body that is too large, say.
  app.setErrorHandler((raised, request, reply) => {
    const facts = { names: namesInHeaders(request), secretId: undefined };
    return refuse(request, reply, { raised, facts, onFault: options.onFault });
  });
}

async function respond(
  request: FastifyRequest,
  reply: FastifyReply,
  options: V3RouteOptions,
  services: V3Services,
): Promise<FastifyReply> {
  const facts: CallFacts = { names: namesInHeaders(request), secretId: undefined };
  try {
    const read = readV3Request(request);
    facts.names = read;
    const key = verifyV3Request(read, options);
    facts.secretId = key.secretId;
    const { name, run } = findV3Action(read.version, read.action);
    await options.limitRate(key, name);
    const parameters = new ParameterReader(parameterTreeOf(read));
    const members = await run({ key, asker: askerOf(key, reply), parameters }, services);
    return send(request, reply, { facts, code: 'Success', members });
  } catch (raised) {
    return refuse(request, reply, { raised, facts, onFault: options.onFault });
  }
}

interface Refusal {
  readonly raised: unknown;
  readonly facts: CallFacts;
  readonly onFault: FrontOptions['onFault'];
}

function refuse(request: FastifyRequest, reply: FastifyReply, { raised, facts, onFault }: Refusal) {
  const error = frontError(raised, request, onFault);
  const encoded = encodeError(error, facts.names.action, facts.names.language);
  return send(request, reply, { facts, code: encoded.Code, members: { Error: encoded } });
}

interface Answer {
  readonly facts: CallFacts;
  readonly code: string;
  readonly members: object;
}

function send(request: FastifyRequest, reply: FastifyReply, { facts, code, members }: Answer) {
  const traceId = request.headers['x-tc-traceid'];
  if (typeof traceId === 'string' && TRACE_ID.test(traceId)) {
    reply.header('x-tc-traceid', traceId);
  }
  const { action, version } = facts.names;
  const { secretId } = facts;
  const Response = { RequestId: request.id, ...members };
  const { RequestId } = Response;
  request.log.info(
    { action: short(action), version: short(version), secretId, code, RequestId },
    'API 3.0 call',
  );
  return sendEnvelope(reply, { Response });
}

/** The caller chose these, and not yet proved who it is: so no more than a name's length is logged. */
function short(name: string | undefined): string | undefined {
  return name?.slice(0, 64);
}

/** Somebody who types the address of the server, not a client with a question. */
function isBrowser({ method, raw }: FastifyRequest): boolean {
  return (
    method === 'GET' &&
    raw.url === PATH &&
    raw.headers.authorization === undefined &&
    raw.headers.accept?.includes('text/html') === true
  );
}
