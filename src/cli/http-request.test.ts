// Whom a request reaches, and what of an answer is taken.

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { makeAuthority, makeServerCertificate } from '../../test/support/certificates.ts';
import { sendRequest } from './http-request.ts';

const bounds = { timeoutMs: 20_000, answerBytesMax: 1_000_000 };

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** A server on a free port; what it was asked is kept. */
async function serve(tls?: { cert: string; key: string }, answer: RequestListener = echo) {
  const asked: string[] = [];
  const listener: RequestListener = (request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    answer(request, response);
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const port = await portOf(server);
  return { asked, url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}` };
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const echo: RequestListener = (request, response) => {
  request.pipe(response);
};

async function codeOf(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'answered',
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
}

describe('a request', () => {
  const question = {
    ...bounds,
    method: 'POST',
    headers: { authorization: 'Basic abc' },
    body: 'grüße',
  } as const;

  test('is sent and answered over http', async () => {
    const { url, asked } = await serve();
    expect(await sendRequest(`${url}/a?b=c`, question)).toMatchObject({
      status: 200,
      text: 'grüße',
    });
    expect(await sendRequest(url, bounds)).toMatchObject({ text: '' });
    expect(asked).toEqual(['POST /a?b=c Basic abc', 'GET / undefined']);
  });

  test('reaches a server that shows the expected certificate, whatever its names and dates', async () => {
    const authority = await makeAuthority('an authority');
    const names = { hosts: ['scf.tencentcloudapi.com'] };
    for (const tls of [
      await makeServerCertificate(names),
      await makeServerCertificate(names, authority),
      await makeServerCertificate({ ...names, expired: true }),
    ]) {
      const { url, asked } = await serve(tls);
      const certificate = tls.cert;
      expect(await sendRequest(url, { ...question, certificate })).toMatchObject({ status: 200 });
      expect(asked).toEqual(['POST / Basic abc']);
    }
  });

  test('tells no other server anything, not even one of the same authority', async () => {
    const authority = await makeAuthority('an authority');
    const expected = await makeServerCertificate({ addresses: ['127.0.0.1'] }, authority);
    const other = await makeServerCertificate({ addresses: ['127.0.0.1'] }, authority);
    const { url, asked } = await serve(other);
    for (const certificate of [expected.cert, authority.cert]) {
      expect(await codeOf(sendRequest(url, { ...question, certificate }))).toMatch(
        /shows another certificate/,
      );
    }
    expect(asked).toEqual([]);
  });

  test('without an expected certificate is for servers of a known authority only', async () => {
    const tls = await makeServerCertificate({ addresses: ['127.0.0.1'] });
    const { url, asked } = await serve(tls);
    expect(await codeOf(sendRequest(url, question))).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(asked).toEqual([]);
  });

  test('is not sent in the clear where a certificate is expected, nor the other way', async () => {
    const tls = await makeServerCertificate({ addresses: ['127.0.0.1'] });
    const secure = await serve(tls);
    const plain = await serve();
    const certificate = tls.cert;
    const toPlain = plain.url.replace('http:', 'https:');
    expect(await codeOf(sendRequest(toPlain, { ...question, certificate }))).not.toBe('answered');
    const toSecure = secure.url.replace('https:', 'http:');
    expect(await codeOf(sendRequest(toSecure, question))).not.toBe('answered');
    expect([...secure.asked, ...plain.asked]).toEqual([]);
  });
});

describe('an answer', () => {
  test('is taken up to a bound', async () => {
    const { url } = await serve(undefined, (_request, response) => {
      response.end('x'.repeat(1_000));
    });
    expect((await sendRequest(url, { ...bounds, answerBytesMax: 1_000 })).text).toHaveLength(1_000);
    expect(await codeOf(sendRequest(url, { ...bounds, answerBytesMax: 999 }))).toBe(
      'page_too_large',
    );
  });

  test('that redirects is given as it is', async () => {
    const { url } = await serve(undefined, (_request, response) => {
      response.writeHead(301, { location: 'https://elsewhere.example/' }).end();
    });
    const { status, headers } = await sendRequest(url, bounds);
    expect([status, headers.location]).toEqual([301, 'https://elsewhere.example/']);
  });

  test.each([
    ['does not begin', () => undefined],
    ['does not end', (_request, response) => void response.write('half')],
  ] as [string, RequestListener][])('that %s is given up after the time', async (_what, answer) => {
    const tls = await makeServerCertificate({ addresses: ['127.0.0.1'] });
    const plain = await serve(undefined, answer);
    const secure = await serve(tls, answer);
    const briefly = { ...bounds, timeoutMs: 300 };
    expect(await codeOf(sendRequest(plain.url, briefly))).not.toBe('answered');
    expect(await codeOf(sendRequest(secure.url, { ...briefly, certificate: tls.cert }))).not.toBe(
      'answered',
    );
  });

  test('of a server that never says what TLS wants is given up after the time', async () => {
    const { cert } = await makeServerCertificate({ addresses: ['127.0.0.1'] });
    const server = createTcpServer();
    const accepted = once(server, 'connection');
    const url = `https://127.0.0.1:${await portOf(server)}`;
    const question = { ...bounds, timeoutMs: 300, certificate: cert };
    expect(await codeOf(sendRequest(url, question))).toBe('ABORT_ERR');
    const [socket] = await accepted;
    // The client has let go of the connection.
    await once(socket.resume(), 'close');
    await new Promise((resolve) => server.close(resolve));
  });

  test('that breaks off is none', async () => {
    const { url } = await serve(undefined, (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    });
    expect(await codeOf(sendRequest(url, bounds))).toBe('ECONNRESET');
  });
});
