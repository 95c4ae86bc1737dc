// Signing in to the console and out of it.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { authenticateSignIn } from '../../auth/basic-auth.ts';
import { isAdmin, type Key } from '../../auth/keys.ts';
import { SESSION_MS_MAX, type Session } from '../../auth/sessions.ts';
import { AppError } from '../../domain/errors.ts';
import {
  assertSameOrigin,
  type NativeAuthOptions,
  SESSION_COOKIE,
  sessionOf,
} from '../authenticate.ts';
import { takeBodiesWhole } from '../read-body.ts';
import { WrongSignIns } from '../wrong-sign-ins.ts';

export interface SessionRouteOptions {
  readonly auth: NativeAuthOptions;
  /** Whether the server speaks https itself, which the cookie is bound to then. */
  readonly secure: boolean;
  /** Names of the functions that may be run here. */
  readonly localFunctions: readonly string[];
}

interface NativeSession {
  readonly secretId: string;
  readonly role: string;
  readonly namespaces: readonly string[] | '*';
  readonly expiresAt: string;
  readonly csrfToken: string;
  /** Functions that this key may run here. */
  readonly localFunctions: readonly string[];
}

const PATH = '/api/v1/session';
const BODY_BYTES_MAX = 4_096;

const signIn = z.strictObject({
  secretId: z.string().min(1).max(256),
  secretKey: z.string().min(1).max(256),
  token: z.string().max(1_024).optional(),
});

export async function sessionRoutes(
  app: FastifyInstance,
  options: SessionRouteOptions,
): Promise<void> {
  takeBodiesWhole(app, BODY_BYTES_MAX);
  const { auth } = options;
  const wrongSignIns = new WrongSignIns();
  const cookie = { path: '/api', httpOnly: true, sameSite: 'strict' } as const;
  app.post(PATH, async (request, reply) => {
    assertSameOrigin(request);
    const key = await keyOf(request, auth, wrongSignIns);
    const { id, session } = auth.sessions.begin(key);
    const secure = options.secure || isBehindHttps(request);
    reply.setCookie(SESSION_COOKIE, id, { ...cookie, secure, maxAge: SESSION_MS_MAX / 1000 });
    return answer(reply, session, options);
  });
  app.get(PATH, async (request, reply) => answer(reply, sessionOf(request, auth), options));
  app.delete(PATH, async (request, reply) => {
    sessionOf(request, auth);
    auth.sessions.end(request.cookies[SESSION_COOKIE] ?? '');
    reply.clearCookie(SESSION_COOKIE, cookie);
    return reply.code(204).send();
  });
}

/** What a proxy in front says; somebody who makes it up gets a cookie that is worth less to them. */
function isBehindHttps({ headers }: FastifyRequest): boolean {
  return headers['x-forwarded-proto'] === 'https';
}

/** @throws AppError as authenticateSignIn does; rate_limited after many wrong ones */
async function keyOf(
  request: FastifyRequest,
  auth: NativeAuthOptions,
  wrongSignIns: WrongSignIns,
): Promise<Key> {
  const given = bodyOf(request);
  const secretId = auth.keyRing.find(given.secretId)?.secretId;
  const attempt = { address: request.ip, secretId };
  await wrongSignIns.assertFew(attempt);
  try {
    return authenticateSignIn(given, auth);
  } catch (error) {
    await wrongSignIns.note(attempt);
    throw error;
  }
}

function answer(
  reply: FastifyReply,
  { key, csrfToken, expiresAtMs }: Session,
  { localFunctions }: SessionRouteOptions,
): NativeSession {
  reply.header('cache-control', 'no-store');
  return {
    secretId: key.secretId,
    role: key.role,
    namespaces: key.namespaces,
    expiresAt: new Date(expiresAtMs).toISOString(),
    csrfToken,
    localFunctions: isAdmin(key) ? localFunctions : [],
  };
}

/** Only JSON: a form of another site cannot send it. */
function bodyOf({ headers, body }: FastifyRequest): z.infer<typeof signIn> {
  const [type] = (headers['content-type'] ?? '').split(';');
  if (type?.trim().toLowerCase() !== 'application/json') {
    throw new AppError('malformed_request', 'content-type: application/json is accepted', {
      details: { header: 'content-type' },
    });
  }
  const parsed = signIn.safeParse(jsonOf(Buffer.isBuffer(body) ? body.toString() : ''));
  if (!parsed.success) {
    throw new AppError(
      'malformed_request',
      'the body is JSON with secretId and secretKey, and token for a temporary key',
    );
  }
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
