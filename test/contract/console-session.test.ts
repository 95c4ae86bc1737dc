// Signing in to the console over a real socket: what a browser gets, and what a stranger does not.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../support/running-app.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
  await app.ingest([{ functionName: 'f', requestId: 'r', startTime: '2026-01-31T12:00:00Z' }]);
});
afterAll(() => app.remove());

const PATH = '/api/v1/session';

interface Given {
  readonly method?: string;
  readonly cookie?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

async function call(path: string, { method = 'GET', cookie, body, headers = {} }: Given = {}) {
  const response = await fetch(`${app.url}${path}`, {
    method,
    headers: {
      ...(cookie === undefined ? {} : { cookie }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const answer = (isJson ? JSON.parse(text) : {}) as Readonly<Record<string, unknown>>;
  return { status: response.status, headers: response.headers, answer };
}

async function signIn() {
  const { secretId, secretKey } = app;
  const { headers, answer } = await call(PATH, { method: 'POST', body: { secretId, secretKey } });
  const [cookie = ''] = (headers.get('set-cookie') ?? '').split(';');
  return { cookie, csrfToken: String(answer['csrfToken']) };
}

test('a key gets a cookie that no script reads and no other site sends', async () => {
  const { secretId, secretKey } = app;
  const { status, headers, answer } = await call(PATH, {
    method: 'POST',
    body: { secretId, secretKey },
  });
  expect(status).toBe(200);
  expect(headers.get('set-cookie')).toMatch(
    /^fnlog_session=[\w-]{43}; Max-Age=604800; Path=\/api; HttpOnly; SameSite=Strict$/,
  );
  expect(headers.get('cache-control')).toBe('no-store');
  expect(answer).toMatchObject({ secretId, role: 'admin', namespaces: '*', localFunctions: [] });
  expect(JSON.stringify(answer)).not.toContain(secretKey);
});

test('the cookie stands for the key, in every question', async () => {
  const { cookie } = await signIn();
  for (const path of [
    PATH,
    '/api/v1/invocations',
    '/api/v1/stats',
    '/api/v1/functions',
    '/api/v1/errors',
    '/api/v1/openapi.json',
  ]) {
    expect({ path, status: (await call(path, { cookie })).status }).toEqual({ path, status: 200 });
  }
});

test('signing out ends the session, and needs its token', async () => {
  const { cookie, csrfToken } = await signIn();
  const without = await call(PATH, { method: 'DELETE', cookie });
  expect(without).toMatchObject({ status: 403, answer: { error: { code: 'unauthorized' } } });
  const headers = { 'x-csrf-token': csrfToken };
  expect((await call(PATH, { method: 'DELETE', cookie, headers })).status).toBe(204);
  expect((await call(PATH, { cookie })).status).toBe(401);
});

test('records by cookie need the token; by Basic they do not', async () => {
  const { cookie, csrfToken } = await signIn();
  const body = [{ functionName: 'f', requestId: 'by-cookie', startTime: '2026-01-31T12:00:00Z' }];
  const send = (headers: Readonly<Record<string, string>>) =>
    call('/api/v1/invocations', { method: 'POST', cookie, body, headers });
  expect((await send({})).status).toBe(403);
  expect((await send({ 'x-csrf-token': `${csrfToken}x` })).status).toBe(403);
  expect(await send({ 'x-csrf-token': csrfToken })).toMatchObject({
    status: 200,
    answer: { accepted: 1 },
  });
});

describe('refused', () => {
  test.each([
    { what: 'a wrong SecretKey', body: { secretId: 'AKID', secretKey: 'wrong' }, status: 401 },
    { what: 'no SecretKey', body: { secretId: 'AKID' }, status: 400 },
    {
      what: 'a field that is none',
      body: { secretId: 'a', secretKey: 'b', admin: true },
      status: 400,
    },
    { what: 'no object', body: 'AKID', status: 400 },
  ])('$what', async ({ body, status }) => {
    const refused = await call(PATH, { method: 'POST', body });
    expect(refused.status).toBe(status);
    expect(refused.headers.get('set-cookie')).toBeNull();
  });

  test('a form of another site, by its type and by its origin', async () => {
    const body = { secretId: app.secretId, secretKey: app.secretKey };
    const form = await call(PATH, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain' },
    });
    expect(form.status).toBe(400);
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect((await call(PATH, { method: 'POST', body, headers })).status).toBe(403);
    }
  });

  test('a question by cookie from a page of another site', async () => {
    const { cookie } = await signIn();
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'same-site' }]) {
      const refused = await call('/api/v1/invocations', { cookie, headers });
      expect(refused.status).toBe(403);
    }
    const own = await call('/api/v1/invocations', { cookie, headers: { origin: app.url } });
    expect(own.status).toBe(200);
  });

  test.each(['fnlog_session=', 'fnlog_session=x', `fnlog_session=${'A'.repeat(43)}`])(
    'a cookie that nobody was given: %s',
    async (cookie) => {
      const refused = await call('/api/v1/invocations', { cookie });
      expect(refused).toMatchObject({ status: 401, answer: { error: { code: 'auth_failed' } } });
    },
  );

  test('a session that somebody else has chosen before: the id is always new', async () => {
    const chosen = `fnlog_session=${'B'.repeat(43)}`;
    const { secretId, secretKey } = app;
    await call(PATH, { method: 'POST', cookie: chosen, body: { secretId, secretKey } });
    expect((await call('/api/v1/invocations', { cookie: chosen })).status).toBe(401);
  });
});

test('a browser gets no dialog of its own where the console asks', async () => {
  const plain = await call('/api/v1/invocations');
  expect(plain.headers.get('www-authenticate')).toContain('Basic');
  const fromConsole = await call('/api/v1/invocations', { headers: { 'x-fnlog-console': '1' } });
  expect(fromConsole).toMatchObject({ status: 401 });
  expect(fromConsole.headers.get('www-authenticate')).toBeNull();
});

test('ten thousand sign-ins hold no more than a thousand sessions', async () => {
  const { cookie } = await signIn();
  const body = { secretId: app.secretId, secretKey: app.secretKey };
  for (let round = 0; round < 100; round++) {
    await Promise.all(Array.from({ length: 100 }, () => call(PATH, { method: 'POST', body })));
  }
  expect((await call(PATH, { cookie })).status).toBe(401);
  const { cookie: newest } = await signIn();
  expect((await call(PATH, { cookie: newest })).status).toBe(200);
});

test('every place of the console is the page, under a policy that takes nothing from elsewhere', async () => {
  for (const path of [
    '/console/',
    '/console/invocations',
    '/console/run/a%2F..%2Fb',
    '/console/../console/',
  ]) {
    const { status, headers } = await call(path);
    expect({ path, status }).toEqual({ path, status: 200 });
    expect(headers.get('content-type')).toContain('text/html');
    expect(headers.get('cache-control')).toBe('no-cache');
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain('unsafe');
  }
  const page = await (await fetch(`${app.url}/console/`)).text();
  expect(page).not.toMatch(/https?:\/\//);
  const script = /src="([^"]+\.js)"/.exec(page)?.[1] ?? '';
  const asset = await call(script);
  expect(asset.headers.get('cache-control')).toContain('immutable');
  for (const path of [
    '/console/assets/none.js',
    '/console/..%2fpackage.json',
    '/console/assets/..%2f..%2flaunch.cjs',
  ]) {
    expect((await call(path)).headers.get('content-type')).toContain('text/html');
  }
});

test('two cookies of a session are one too many', async () => {
  const { cookie } = await signIn();
  const both = `${cookie}; fnlog_session=${'x'.repeat(43)}`;
  expect((await call(PATH, { cookie: both })).status).toBe(401);
  expect((await call(PATH, { cookie: `other=1; ${cookie}` })).status).toBe(200);
});

test('behind a proxy that speaks https the cookie is bound to it', async () => {
  const { secretId, secretKey } = app;
  const { headers } = await call(PATH, {
    method: 'POST',
    body: { secretId, secretKey },
    headers: { 'x-forwarded-proto': 'https' },
  });
  expect(headers.get('set-cookie')).toContain('; Secure');
});

test('what is served of the console is zipped for who takes it', async () => {
  const plain = await fetch(`${app.url}/console/`, { headers: { 'accept-encoding': 'identity' } });
  const zipped = await fetch(`${app.url}/console/`, { headers: { 'accept-encoding': 'gzip' } });
  expect(plain.headers.get('content-encoding')).toBeNull();
  if (zipped.status === 200) {
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(zipped.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await zipped.text()).toBe(await plain.text());
  }
});

// The last one: it shuts the key of the tests out for a minute.
test('ten wrong sign-ins a minute are enough; they shut nobody else out', async () => {
  const signInAs = (secretId: string, secretKey: string) =>
    call(PATH, { method: 'POST', body: { secretId, secretKey } });
  // Tests before this one have guessed as well.
  let refused = await signInAs('AKIDnobody', 'wrong');
  for (let wrong = 1; wrong <= 10 && refused.status === 401; wrong++) {
    refused = await signInAs(`AKIDnobody${wrong}`, 'wrong');
  }
  expect(refused).toMatchObject({ status: 429, answer: { error: { code: 'rate_limited' } } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await signInAs(app.secretId, app.secretKey)).status).toBe(200);
  for (let wrong = 0; wrong < 10; wrong++) {
    await signInAs(app.secretId, 'wrong');
  }
  expect((await signInAs(app.secretId, app.secretKey)).status).toBe(429);
});
