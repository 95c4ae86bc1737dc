// Whose a request of the native API is: by HTTP Basic, or by the cookie of a session of the console.

import type { FastifyRequest } from 'fastify';
import { authenticateBasic, type BasicAuthOptions } from '../auth/basic-auth.ts';
import type { Key } from '../auth/keys.ts';
import type { Session, Sessions } from '../auth/sessions.ts';
import { textsEqual } from '../auth/texts-equal.ts';
import { AppError } from '../domain/errors.ts';

export interface NativeAuthOptions extends BasicAuthOptions {
  readonly sessions: Sessions;
}

export const SESSION_COOKIE = 'fnlog_session';
const CSRF_HEADER = 'x-csrf-token';
const READING = new Set(['GET', 'HEAD']);

/**
 * @returns the key that the request proves to hold; an Authorization header counts before a cookie
 * @throws AppError auth_failed as authenticateBasic and Sessions.find do; unauthorized for a call by
 *   cookie from another site, or one that changes something without the session's token
 */
export function authenticate(request: FastifyRequest, auth: NativeAuthOptions): Key {
  const { authorization } = request.headers;
  return authorization === undefined && request.cookies[SESSION_COOKIE] !== undefined
    ? sessionOf(request, auth).key
    : authenticateBasic(authorization, auth);
}

/** @throws AppError as `authenticate` does */
export function sessionOf(request: FastifyRequest, { sessions }: NativeAuthOptions): Session {
  assertSameOrigin(request);
  assertOneCookie(request);
  const session = sessions.find(request.cookies[SESSION_COOKIE]);
  const given = request.headers[CSRF_HEADER];
  const proves = typeof given === 'string' && textsEqual(given, session.csrfToken);
  if (!READING.has(request.method) && !proves) {
    throw new AppError(
      'unauthorized',
      `${CSRF_HEADER}: a call by cookie that changes something carries the session's token`,
      { details: { header: CSRF_HEADER } },
    );
  }
  return session;
}

/** A second one was put there by a page of a neighbouring host, to have its own session used. */
function assertOneCookie({ headers }: FastifyRequest): void {
  const named = (headers.cookie ?? '')
    .split(';')
    .filter((one) => one.trim().startsWith(`${SESSION_COOKIE}=`));
  if (named.length > 1) {
    throw new AppError('auth_failed', `cookie: ${SESSION_COOKIE} is there more than once`, {
      details: { problem: 'no_session' },
    });
  }
}

/** A browser says where a call comes from, wherever it is one that could do harm. */
export function assertSameOrigin({ headers, host }: FastifyRequest): void {
  const { origin, 'sec-fetch-site': site } = headers;
  const isOther = origin !== undefined && hostOf(origin) !== host;
  if (isOther || site === 'cross-site' || site === 'same-site') {
    throw new AppError('unauthorized', 'origin: this call comes from a page of another site', {
      details: { header: 'origin' },
    });
  }
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
