// Runs the cases of v3-errors.json against the route. A case says how its call differs from a good
// one; everything not said is right and rightly signed, so that the error is the one meant.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AppError, type ErrorCode, errorTable } from '../../src/domain/errors.ts';
import { encodeError } from '../../src/wire/v3/encode-error.ts';
import { frontOptions, type KeyName, keys, NOW_S } from './front-app.ts';
import { buildV3App, type CallV3, call } from './v3-app.ts';

interface ErrorRequest
  extends Omit<CallV3, 'key' | 'timestampS' | 'headersAfterSigning' | 'rawBody'> {
  readonly key?: KeyName;
  /** In place of the key's own. */
  readonly secretId?: string;
  readonly timestampOffsetS?: number;
  /** Null takes a header away. */
  readonly headersAfterSigning?: Readonly<Record<string, string | null>>;
  readonly rawBody?: string;
  /** A body of as many bytes of nothing in particular. */
  readonly rawBodyBytes?: number;
  /** Appended to the query string once signed. */
  readonly rawTail?: string;
}

interface ErrorCase {
  readonly name: string;
  readonly request: ErrorRequest;
  readonly reply: {
    readonly code: string;
    /** Each is part of the message. */
    readonly says: readonly string[];
  };
}

const readJson = (file: string) =>
  JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as unknown;

const cases = readJson('./v3-errors.json') as readonly ErrorCase[];
const documented = new Map(
  Object.entries(readJson('./v3-documented-codes.json') as Record<string, readonly string[]>),
);

function documentedCodes(action = ''): readonly string[] {
  return [...(documented.get('common') ?? []), ...(documented.get(action) ?? [])];
}

const CHINESE = /\p{Script=Han}/u;

const app = await buildV3App();

async function send(request: ErrorRequest, language?: string) {
  const { key: name = 'reader', secretId, timestampOffsetS = 0, rawBodyBytes, ...rest } = request;
  const { rawBody, headersAfterSigning = {}, ...asked } = rest;
  const headers = Object.entries(headersAfterSigning).map(([header, value]) => [
    header,
    value ?? undefined,
  ]);
  const body = rawBodyBytes === undefined ? rawBody : 'x'.repeat(rawBodyBytes);
  return await call(app, {
    ...asked,
    key: { ...keys[name], ...(secretId === undefined ? {} : { secretId }) },
    timestampS: NOW_S + timestampOffsetS,
    headersAfterSigning: Object.fromEntries(headers) as Record<string, string | undefined>,
    ...(body === undefined ? {} : { rawBody: body }),
    ...(language === undefined ? {} : { language }),
  });
}

test('there are at least sixty cases, and some for every action', () => {
  expect(cases.length).toBeGreaterThanOrEqual(60);
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});

test.each(['TC3-HMAC-SHA256', 'HmacSHA1', 'HmacSHA256'] as const)(
  'a call that no case changes is answered with success: %s',
  async (scheme) => {
    for (const method of ['GET', 'POST'] as const) {
      const { Response } = (await send({ scheme, method })).json();
      expect(Response).toEqual({ RequestId: expect.any(String), TotalCount: 0, Data: [] });
    }
  },
);

test.each(cases)('$name: $reply.code', async ({ request, reply }) => {
  const answer = await send(request);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  const { Response } = answer.json();
  expect(Object.keys(Response).sort()).toEqual(['Error', 'RequestId']);
  expect(Response.RequestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(Response.Error).toEqual({ Code: reply.code, Message: expect.any(String) });
  for (const part of reply.says) {
    expect(Response.Error.Message).toContain(part);
  }
  expect(Response.Error.Message).not.toMatch(CHINESE);
});

test.each(cases)('$name: in Chinese, with the same code', async ({ request, reply }) => {
  const { Response } = (await send(request, 'zh-CN')).json();
  expect(Response.Error.Code).toBe(reply.code);
  // What cannot be read far enough to know the language is answered in English.
  const isUnread = request.rawTail !== undefined || request.rawBodyBytes !== undefined;
  if (!isUnread && request.scheme?.startsWith('Hmac') !== true) {
    expect(Response.Error.Message).toMatch(CHINESE);
  }
});

test.each(cases)('$name: the code is one that the vendor documents', ({ request, reply }) => {
  const { action = 'GetFunctionLogs' } = request;
  expect(documentedCodes(action)).toContain(reply.code);
});

describe('every error of the program', () => {
  const codes = Object.keys(errorTable) as ErrorCode[];
  const actions = ['GetFunctionLogs', 'GetRequestStatus', 'ListFunctions', undefined];

  test.each(codes)('%s has a documented code and a message in both languages', (code) => {
    for (const action of actions) {
      const english = encodeError(new AppError(code, 'said in English'), action, 'en-US');
      const chinese = encodeError(new AppError(code, 'said in English'), action, 'zh-CN');
      expect(documentedCodes(action)).toContain(english.Code);
      expect(chinese.Code).toBe(english.Code);
      expect(english.Message).not.toMatch(CHINESE);
      expect(chinese.Message).toMatch(CHINESE);
    }
  });
});

describe('a fault of the server’s own', () => {
  test('shows nothing of its inside, and is told to the one who watches', async () => {
    const fault = new Error('cannot open /var/lib/fnlog');
    const faults: unknown[] = [];
    const broken = await buildV3App({
      questions: { ...frontOptions.questions, page: () => Promise.reject(fault) },
      onFault: (error) => faults.push(error),
    });
    const reply = await call(broken, { key: keys.reader });
    expect(reply.json().Response.Error.Code).toBe('InternalError');
    expect(reply.body).not.toMatch(/var|open|\.ts/);
    expect(faults).toEqual([fault]);
  });
});

describe('the server’s log', () => {
  test('has a line of each call with the RequestId of its reply, and no secret', async () => {
    const lines: string[] = [];
    const logged = await buildV3App({}, lines);
    const calls = [
      [{}, 'Success'],
      [{ parameters: { Limit: -1 } }, 'InvalidParameterValue'],
      [{ signWith: 'another secret' }, 'AuthFailure.SignatureFailure'],
      [{ key: keys.temporary, token: 'the token' }, 'Success'],
      [{ rawBody: 'x'.repeat(10_485_761) }, 'RequestSizeLimitExceeded'],
      [{ action: 'x'.repeat(9_000) }, 'InvalidAction'],
    ] as const;
    for (const [different, code] of calls) {
      lines.length = 0;
      const reply = await call(logged, { key: keys.reader, ...different });
      const { RequestId } = reply.json().Response;
      const found = lines.filter((line) => line.includes(RequestId) && line.includes(code));
      expect(found.length).toBeGreaterThanOrEqual(1);
      expect(lines.join('')).not.toMatch(/secret-of|another secret|the token|Signature=/);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1_000);
    }
  });
});

describe('at the door', () => {
  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const)('%s is refused', async (method) => {
    const reply = await app.inject({ method, url: '/' });
    expect(reply.statusCode).toBe(200);
    expect(reply.json().Response.Error.Code).toBe('UnsupportedProtocol');
  });

  test('a browser is shown to the console, and nobody else', async () => {
    const accept = 'text/html,application/xhtml+xml';
    const browser = await app.inject({ method: 'GET', url: '/', headers: { accept } });
    expect(browser.statusCode).toBe(302);
    expect(browser.headers['location']).toBe('/console/');
    const program = await app.inject({ method: 'GET', url: '/' });
    expect(program.json().Response.Error.Code).toBe('MissingParameter');
  });

  test.each(['a b', 'x'.repeat(129), 'é'])('the trace id %j is not echoed', async (traceId) => {
    const headersAfterSigning = { 'x-tc-traceid': traceId };
    const reply = await call(app, { key: keys.reader, headersAfterSigning });
    expect(reply.headers).not.toHaveProperty('x-tc-traceid');
  });
});
