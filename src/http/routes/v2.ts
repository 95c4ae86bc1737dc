// API 2.0: GET and POST /v2/index.php. Whatever happens here is answered with HTTP 200 and the v2
// envelope, since the vendor's clients lose the code of an error at any other status.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Key, mayRead } from '../../auth/keys.ts';
import { signatureVariantsV2 } from '../../auth/signature-v1.ts';
import type { SignedRequest } from '../../auth/signed-request.ts';
import { type VerifyOptions, verifySignatureV1 } from '../../auth/verify.ts';
import { AppError, shownValue } from '../../domain/errors.ts';
import { DEFAULT_NAMESPACE } from '../../domain/invocation.ts';
import type { InvocationPage } from '../../domain/invocation-page.ts';
import type { InvocationQuery } from '../../domain/invocation-query.ts';
import { decodeParameters, type Parameter } from '../../wire/decode-parameters.ts';
import { decodeGetFunctionLogs } from '../../wire/v2/decode-get-function-logs.ts';
import { encodeError } from '../../wire/v2/encode-error.ts';
import { encodeGetFunctionLogs } from '../../wire/v2/encode-get-function-logs.ts';
import { buildTimeText, type TimeText } from '../../wire/v2/time-in-zone.ts';

export interface V2RouteOptions extends VerifyOptions {
  /** IANA name of the zone in which start times are printed. */
  readonly timeZone: string;
  readonly queryPage: (query: InvocationQuery) => Promise<InvocationPage>;
  /** The most bytes of a POST's body; 1 MiB where not given. */
  readonly bodyBytesMax?: number;
  /** Told of every error that is not the caller's doing, after it was logged. */
  readonly onFault?: (error: unknown) => void;
}

interface ActionContext {
  readonly queryPage: V2RouteOptions['queryPage'];
  readonly timeText: TimeText;
}

type Action = (parameters: readonly Parameter[], context: ActionContext) => Promise<object>;

const PATH = '/v2/index.php';
const BODY_BYTES_MAX_DEFAULT = 1024 * 1024;
const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = /^\s*multipart\//i;

const actions: ReadonlyMap<string, Action> = new Map([['GetFunctionLogs', getFunctionLogs]]);

/**
 * Serves API 2.0: `/v2/index.php`, with every method and everything below it.
 *
 * @param done told of an AppError invalid_setting for a time zone that is not known
 */
export function v2Routes(
  app: FastifyInstance,
  options: V2RouteOptions,
  done: (error?: Error) => void,
): void {
  let context: ActionContext;
  try {
    context = { queryPage: options.queryPage, timeText: buildTimeText(options.timeZone) };
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
    return;
  }
  // A prefix of its own, so that the scope owns the answer to every other method as well.
  app.register(
    (scope, _options, scopeDone) => {
      serve(scope, options, context);
      scopeDone();
    },
    { prefix: PATH },
  );
  done();
}

function serve(scope: FastifyInstance, options: V2RouteOptions, context: ActionContext): void {
  const bodyLimit = options.bodyBytesMax ?? BODY_BYTES_MAX_DEFAULT;
  const answer = async (request: FastifyRequest, reply: FastifyReply) =>
    send(reply, await respond(request, options, context));

  keepBodiesRaw(scope, bodyLimit);
  scope.get('', { exposeHeadRoute: false }, answer);
  scope.post('', { bodyLimit }, answer);
  scope.setNotFoundHandler((request) => {
    throw new AppError(
      'method_not_allowed',
      `method ${shownValue(request.method)} on ${shownValue(pathOf(request))} is not served: ` +
        `GET and POST of ${PATH} are`,
    );
  });
  scope.setErrorHandler((raised, request, reply) => {
    const error = toAppError(raised, bodyLimit);
    if (error.kind === 'fault' || error.kind === 'operator') {
      request.log.error({ err: raised }, 'a v2 request failed');
      options.onFault?.(raised);
    }
    return send(reply, encodeError(error));
  });
}

async function respond(
  request: FastifyRequest,
  options: V2RouteOptions,
  context: ActionContext,
): Promise<object> {
  const parameters = decodeParameters(parameterBytes(request));
  const signed: SignedRequest = {
    method: request.method,
    host: request.headers.host ?? '',
    path: PATH,
    parameters,
  };
  const key = verifySignatureV1(signed, signatureVariantsV2(signed), options);
  const action = actionOf(parameters);
  assertMayRead(key);
  return action(parameters, context);
}

async function getFunctionLogs(
  parameters: readonly Parameter[],
  { queryPage, timeText }: ActionContext,
): Promise<object> {
  const query = decodeGetFunctionLogs(parameters);
  return encodeGetFunctionLogs(await queryPage(query), timeText);
}

/** A GET is its query alone, a POST its body alone (wire facts A.1). */
function parameterBytes(request: FastifyRequest): Uint8Array {
  if (request.method === 'POST') {
    return request.body instanceof Uint8Array ? request.body : new Uint8Array();
  }
  const url = request.raw.url ?? '';
  const mark = url.indexOf('?');
  return mark === -1 ? new Uint8Array() : Buffer.from(url.slice(mark + 1));
}

function actionOf(parameters: readonly Parameter[]): Action {
  const name = parameters.find(([each]) => each === 'Action')?.[1] ?? '';
  const known = [...actions.keys()].join(', ');
  if (name === '') {
    // A common parameter, so what is wrong with it is spelled like the others' (wire facts 0, A.2).
    throw new AppError('auth_failed', `the common parameter Action is missing: give ${known}`);
  }
  const action = actions.get(name);
  if (action === undefined) {
    throw new AppError('unknown_action', `Action ${shownValue(name)} is not served: ${known} is`);
  }
  return action;
}

function assertMayRead(key: Key): void {
  if (!mayRead(key, DEFAULT_NAMESPACE)) {
    throw new AppError(
      'unauthorized',
      `the key ${shownValue(key.secretId)} of the role ${key.role} ` +
        `may not read the namespace ${shownValue(DEFAULT_NAMESPACE)}`,
    );
  }
}

function keepBodiesRaw(scope: FastifyInstance, bodyLimit: number): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => {
    done(null, body);
  });
  scope.addHook('onRequest', async (request) => {
    if (request.method === 'POST' && MULTIPART.test(request.headers['content-type'] ?? '')) {
      throw new AppError('malformed_request', `a multipart body is not read: send ${FORM}`);
    }
    // Clients label the form with all sorts of types, and Fastify refuses those it cannot parse.
    request.headers = { ...request.headers, 'content-type': FORM };
  });
}

/** Fastify's own errors, and whatever else was raised, in our codes. */
function toAppError(raised: unknown, bodyBytesMax: number): AppError {
  if (raised instanceof AppError) {
    return raised;
  }
  const { code, status } = traitsOf(raised);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || status === 413) {
    return new AppError('body_too_large', `the body is over the bound of ${bodyBytesMax} bytes`, {
      cause: raised,
    });
  }
  if (status === 429 || status === 503) {
    return new AppError('overloaded', 'too many requests at once: try again', { cause: raised });
  }
  if (status >= 400 && status < 500) {
    return new AppError('malformed_request', 'the request cannot be read', { cause: raised });
  }
  return new AppError('internal', 'internal error', { cause: raised });
}

function traitsOf(raised: unknown): { code: unknown; status: number } {
  if (!(raised instanceof Error)) {
    return { code: undefined, status: 0 };
  }
  const code = 'code' in raised ? raised.code : undefined;
  const status = 'statusCode' in raised ? Number(raised.statusCode) : 0;
  return { code, status };
}

function pathOf(request: FastifyRequest): string {
  return (request.raw.url ?? '').split('?', 1)[0] ?? '';
}

function send(reply: FastifyReply, envelope: object): FastifyReply {
  return reply.code(200).type('application/json').send(JSON.stringify(envelope));
}
