// What the fronts of API 2.0 and 3.0 have in common: bounded raw bodies, HTTP status 200 whatever happens
// (the vendor's clients lose the code of an error at any other), and the services behind both.

import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { Key } from '../auth/keys.ts';
import { AppError } from '../domain/errors.ts';
import type { QueryService } from '../query/query-service.ts';
import { buildReadZonedTime, type ReadZonedTime } from '../wire/time-from-zone.ts';
import { buildTimeText, type TimeText } from '../wire/time-in-zone.ts';
import { type Admission, UNKNOWN_BYTES } from './admission.ts';
import { leaveBodiesUnread } from './body-pieces.ts';
import { rawQueryOf } from './raw-query.ts';
import { bodyLengthOf, bodyTooLarge, takeBodiesWhole } from './read-body.ts';

/** What the actions of these fronts ask of the program. */
export type Questions = Pick<
  QueryService,
  'page' | 'functions' | 'namespaces' | 'namespacesOfRequest'
>;

export interface FrontOptions {
  /** IANA name of the zone in which times are read and printed. */
  readonly timeZone: string;
  readonly questions: Questions;
  /** Refuses a call (AppError rate_limited) of a key that has made too many of this action. */
  readonly limitRate: (key: Key, action: string) => Promise<void>;
  /** Of the bodies of calls, which are read before it is known who calls. */
  readonly admission: Admission;
  /** Told of every error that is not the caller's doing, after it was logged. */
  readonly onFault?: (error: unknown) => void;
}

export interface FrontTimes {
  readonly timeText: TimeText;
  readonly readTime: ReadZonedTime;
}

export const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = /^\s*multipart\//i;

/** @throws AppError invalid_setting for a zone that is not known */
export function frontTimes({ timeZone }: FrontOptions): FrontTimes {
  return { timeText: buildTimeText(timeZone), readTime: buildReadZonedTime(timeZone) };
}

/** Takes any label that a body may have: clients label at will. No body is read, but in servePost. */
export function takeAnyLabel(scope: FastifyInstance): void {
  leaveBodiesUnread(scope);
  scope.addHook('onRequest', async (request) => {
    if (request.method === 'POST' && MULTIPART.test(request.headers['content-type'] ?? '')) {
      throw new AppError('malformed_request', `a multipart body is not read: send ${FORM}`, {
        zh: '不支持 multipart 请求体',
      });
    }
    // Fastify refuses labels that it cannot parse; request.raw.headers keeps the one that came.
    request.headers = { ...request.headers, 'content-type': FORM };
  });
}

export interface PostOptions {
  readonly path: string;
  readonly bodyBytesMax: number;
  readonly admission: Admission;
  /** Refuses by its headers alone a call whose body is not a small one. */
  readonly assertMaySend?: (request: FastifyRequest) => void;
  readonly handler: RouteHandlerMethod;
}

/** Serves POST, with the body as a buffer: a small one is read at once, any other finds room first. */
export function servePost(scope: FastifyInstance, options: PostOptions): void {
  const { path, bodyBytesMax, admission, assertMaySend, handler } = options;
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    if (!admission.needsRoom(request)) {
      return;
    }
    if ((bodyLengthOf(request) ?? 0) > bodyBytesMax) {
      throw bodyTooLarge(bodyBytesMax);
    }
    assertMaySend?.(request);
    await admission.admit(request, reply);
  };
  scope.register((posts, _options, done) => {
    // Room is taken for as much, so no more may come of a body that does not say its length.
    takeBodiesWhole(posts, bodyBytesMax, UNKNOWN_BYTES);
    posts.post(path, { onRequest }, handler);
    done();
  });
}

export function bodyOf(request: FastifyRequest): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : new Uint8Array();
}

export function pathOf(request: FastifyRequest): string {
  return (request.raw.url ?? '').split('?', 1)[0] ?? '';
}

/** The parameters of a GET are its query alone, those of a POST its body alone (wire facts A.1). */
export function parameterBytes(request: FastifyRequest): Uint8Array {
  return request.method === 'POST' ? bodyOf(request) : Buffer.from(rawQueryOf(request));
}

/**
 * As bytes, since Fastify adds a charset to the type of text: the vendor's Python client looks for
 * errors only where the type is `application/json` and no letter more.
 */
export function sendEnvelope(reply: FastifyReply, envelope: object): FastifyReply {
  const body = Buffer.from(JSON.stringify(envelope));
  return reply.code(200).header('content-type', 'application/json').send(body);
}

/** @throws AppError unauthorized for a key that may read nothing at all */
export function assertMayList(key: Key): void {
  if (key.role === 'ingest') {
    throw new AppError('unauthorized', 'a key of the role ingest may not read namespaces', {
      zh: '角色为 ingest 的密钥无权读取命名空间',
    });
  }
}

/** Logs what is not the caller's doing. @returns whatever was raised, in our codes */
export function frontError(
  raised: unknown,
  request: FastifyRequest,
  onFault: FrontOptions['onFault'],
): AppError {
  const error = toAppError(raised);
  if (error.kind === 'fault' || error.kind === 'operator') {
    request.log.error({ err: raised }, 'a call on a Tencent front failed');
    onFault?.(raised);
  }
  return error;
}

/** Fastify's own errors, and whatever else was raised, in our codes. */
function toAppError(raised: unknown): AppError {
  if (raised instanceof AppError) {
    return raised;
  }
  const status = raised instanceof Error && 'statusCode' in raised ? Number(raised.statusCode) : 0;
  if (status === 429 || status === 503) {
    return new AppError('overloaded', 'too many requests at once: try again', { cause: raised });
  }
  if (status >= 400 && status < 500) {
    return new AppError('malformed_request', 'the request cannot be read', { cause: raised });
  }
  return new AppError('internal', 'internal error', { cause: raised });
}
