// API 2.0: GET and POST /v2/index.php. Whatever happens here is answered with HTTP status 200 and
// the v2 envelope.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { assertMayRead } from '../../auth/keys.ts';
import { signatureVariantsV2 } from '../../auth/signature-v1.ts';
import type { SignedRequest } from '../../auth/signed-request.ts';
import { type VerifyV1Options, verifySignatureV1 } from '../../auth/verify.ts';
import { AppError, shownValue } from '../../domain/errors.ts';
import { DEFAULT_NAMESPACE } from '../../domain/invocation.ts';
import type { Asker } from '../../query/gate.ts';
import { decodeParameters, type Parameter } from '../../wire/decode-parameters.ts';
import { decodeGetFunctionLogs } from '../../wire/v2/decode-get-function-logs.ts';
import { decodeListFunctions } from '../../wire/v2/decode-list-functions.ts';
import { encodeError } from '../../wire/v2/encode-error.ts';
import { encodeGetFunctionLogs } from '../../wire/v2/encode-get-function-logs.ts';
import { encodeListFunctions } from '../../wire/v2/encode-list-functions.ts';
import { askerOf } from '../asker.ts';
import {
  type FrontOptions,
  type FrontTimes,
  frontError,
  frontTimes,
  parameterBytes,
  pathOf,
  type Questions,
  sendEnvelope,
  servePost,
  takeAnyLabel,
} from '../tencent-front.ts';

export interface V2RouteOptions extends VerifyV1Options, FrontOptions {}

interface ServiceContext extends FrontTimes {
  readonly questions: Questions;
}

interface ActionContext extends ServiceContext {
  readonly asker: Asker;
}

type Action = (parameters: readonly Parameter[], context: ActionContext) => Promise<object>;

const PATH = '/v2/index.php';
const BODY_BYTES_MAX = 1024 * 1024;

const actions: ReadonlyMap<string, Action> = new Map([
  ['GetFunctionLogs', getFunctionLogs],
  ['ListFunctions', listFunctions],
]);

/**
 * Serves API 2.0: `/v2/index.php`, with every method and everything below it.
 *
 * @throws AppError invalid_setting for a time zone that is not known
 */
export async function v2Routes(app: FastifyInstance, options: V2RouteOptions): Promise<void> {
  const context = { questions: options.questions, ...frontTimes(options) };
  // A prefix of its own, so that the scope owns the answer to every other method as well.
  await app.register(
    (scope, _options, done) => {
      serve(scope, options, context);
      done();
    },
    { prefix: PATH },
  );
}

function serve(scope: FastifyInstance, options: V2RouteOptions, context: ServiceContext): void {
  const { admission, onFault } = options;
  const answer = async (request: FastifyRequest, reply: FastifyReply) =>
    sendEnvelope(reply, await respond(request, reply, options, context));

  takeAnyLabel(scope);
  scope.get('', { exposeHeadRoute: false }, answer);
  servePost(scope, { path: '', bodyBytesMax: BODY_BYTES_MAX, admission, handler: answer });
  scope.setNotFoundHandler((request) => {
    throw new AppError(
      'method_not_allowed',
      `method ${shownValue(request.method)} on ${shownValue(pathOf(request))} is not served: ` +
        `GET and POST of ${PATH} are`,
    );
  });
  scope.setErrorHandler((raised, request, reply) =>
    sendEnvelope(reply, encodeError(frontError(raised, request, onFault))),
  );
}

async function respond(
  request: FastifyRequest,
  reply: FastifyReply,
  options: V2RouteOptions,
  context: ServiceContext,
): Promise<object> {
  const parameters = decodeParameters(parameterBytes(request));
  const signed: SignedRequest = {
    method: request.method,
    host: request.headers.host ?? '',
    path: PATH,
    parameters,
  };
  const hosts = [signed.host, ...options.publicHosts];
  const key = verifySignatureV1(signed, hosts, signatureVariantsV2(signed), options);
  const { name, action } = actionOf(parameters);
  assertMayRead(key, DEFAULT_NAMESPACE);
  await options.limitRate(key, name);
  return await action(parameters, { ...context, asker: askerOf(key, reply) });
}

async function getFunctionLogs(
  parameters: readonly Parameter[],
  { questions, asker, timeText }: ActionContext,
): Promise<object> {
  const query = decodeGetFunctionLogs(parameters);
  return encodeGetFunctionLogs(await questions.page(query, asker), timeText);
}

async function listFunctions(
  parameters: readonly Parameter[],
  { questions, asker, timeText }: ActionContext,
): Promise<object> {
  const query = decodeListFunctions(parameters);
  return encodeListFunctions(await questions.functions(query, asker), timeText);
}

function actionOf(parameters: readonly Parameter[]): { name: string; action: Action } {
  const name = parameters.find(([each]) => each === 'Action')?.[1] ?? '';
  const known = [...actions.keys()].join(' and ');
  if (name === '') {
    // A common parameter, so what is wrong with it is spelled like the others' (wire facts 0, A.2).
    throw new AppError('auth_missing', `the common parameter Action is missing: give ${known}`);
  }
  const action = actions.get(name);
  if (action === undefined) {
    throw new AppError('unknown_action', `Action ${shownValue(name)} is not served: ${known} are`);
  }
  return { name, action };
}
