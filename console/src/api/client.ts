// Questions to the native API. What a question is, and what comes back, is the API's own.

import type {
  Concurrency,
  Distribution,
  ErrorPage,
  FunctionPage,
  Invocation,
  InvocationPage,
  Session,
  SignIn,
  Statistics,
} from './types.ts';

interface Answers {
  readonly '/api/v1/invocations': InvocationPage;
  readonly '/api/v1/stats': Statistics;
  readonly '/api/v1/stats/concurrency': Concurrency;
  readonly '/api/v1/stats/distribution': Distribution;
  readonly '/api/v1/functions': FunctionPage;
  readonly '/api/v1/errors': ErrorPage;
}

export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

/** What the server says of a question that it does not answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, message: string, details = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** The server does not answer, or something in between does. */
export class AwayError extends Error {}

/** The server would otherwise ask for a dialog of the browser's own. */
const FROM_CONSOLE = { 'x-fnlog-console': '1' } as const;
const TIMEOUT_MS = 60_000;

/** @throws ApiError or AwayError, or the signal's reason */
export async function ask<Path extends keyof Answers>(
  path: Path,
  parameters: Parameters,
  signal?: AbortSignal,
): Promise<Answers[Path]> {
  return (await call('GET', addressOf(path, parameters), { signal })) as Answers[Path];
}

export function addressOf(path: string, parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') {
      query.set(name, String(value));
    }
  }
  return query.size === 0 ? path : `${path}?${query}`;
}

export async function signIn(body: SignIn): Promise<Session> {
  return (await call('POST', '/api/v1/session', { body })) as Session;
}

export async function readSession(): Promise<Session> {
  return (await call('GET', '/api/v1/session', {})) as Session;
}

export async function signOut(csrfToken: string): Promise<void> {
  await call('DELETE', '/api/v1/session', { csrfToken });
}

export async function runFunction(name: string, csrfToken: string): Promise<Invocation> {
  const path = `/api/v1/functions/${encodeURIComponent(name)}/invocations`;
  return (await call('POST', path, { body: { name: 'console' }, csrfToken })) as Invocation;
}

/** @throws ApiError or AwayError, or the signal's reason */
export async function openStream(
  address: string,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const headers = { ...FROM_CONSOLE, accept: 'text/event-stream' };
  const response = await fetchFrom(address, { headers, signal, credentials: 'same-origin' });
  if (!response.ok) {
    throw errorOf(response.status, await jsonOf(response));
  }
  if (response.body === null) {
    throw new AwayError('no answer of fnlog');
  }
  return response.body;
}

interface Call {
  readonly body?: unknown;
  readonly csrfToken?: string;
  readonly signal?: AbortSignal | undefined;
}

async function call(method: string, address: string, given: Call): Promise<unknown> {
  const { body, csrfToken, signal } = given;
  const response = await fetchFrom(address, {
    method,
    headers: {
      ...FROM_CONSOLE,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(csrfToken === undefined ? {} : { 'x-csrf-token': csrfToken }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
    credentials: 'same-origin',
  });
  if (response.status === 204) {
    return undefined;
  }
  const answer = await jsonOf(response);
  if (!response.ok) {
    throw errorOf(response.status, answer);
  }
  return answer;
}

async function fetchFrom(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') {
      throw cause;
    }
    throw new AwayError('no answer', { cause });
  }
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new AwayError('no answer of fnlog', { cause });
  }
}

function errorOf(status: number, answer: unknown): Error {
  const { error } = answer as {
    readonly error?: { readonly code: string; readonly message: string; readonly details?: object };
  };
  return error === undefined
    ? new AwayError('no answer of fnlog')
    : new ApiError(status, error.code, error.message, error.details);
}
