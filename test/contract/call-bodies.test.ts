// Senders that stop half way through the body of an API call, on real sockets: what they hold in
// memory stays bounded, and nobody with a question waits for them.

import { connect, type Socket } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { ReplayGuard } from '../../src/auth/replay-guard.ts';
import { Admission, type AdmissionOptions } from '../../src/http/admission.ts';
import { callAdmissionBounds } from '../../src/http/call-admission.ts';
import { v2Routes } from '../../src/http/routes/v2.ts';
import { v3Routes } from '../../src/http/routes/v3.ts';
import { sendHalf } from '../support/half-request.ts';
import { encodeForm, fixedClock, frontOptions, keys } from './front-app.ts';
import { commonParameters, signatureOf, PATH as V2_PATH } from './v2-app.ts';
import { call } from './v3-app.ts';

const KIB = 1024;
const MIB = KIB * KIB;
const SENDERS = 200;
const HALF = Buffer.alloc(4 * MIB, 'a=');

let app: FastifyInstance;
let admission: Admission;
let sockets: Socket[] = [];

async function listen(different: Partial<AdmissionOptions> = {}): Promise<string> {
  const windowMs = 7_200_000;
  admission = new Admission({ ...callAdmissionBounds, ...different });
  app = fastify();
  const options = { ...frontOptions, admission, windowMs };
  const replayGuard = new ReplayGuard({ clock: fixedClock, windowMs });
  await app.register(v2Routes, { ...options, replayGuard });
  await app.register(v3Routes, options);
  return await app.listen({ host: '127.0.0.1', port: 0 });
}

afterEach(async () => {
  for (const socket of sockets) {
    socket.destroy();
  }
  sockets = [];
  await app.close();
});

const authorizationOf = (secretId: string) =>
  `authorization: TC3-HMAC-SHA256 Credential=${secretId}/2026-11-23/scf/tc3_request, ` +
  `SignedHeaders=content-type;host, Signature=${'0'.repeat(64)}`;
const signed = [authorizationOf('AKID-reader'), 'content-type: application/json'];
const stranger = [authorizationOf('AKID-nobody'), 'content-type: application/json'];

/** Stays connected. */
function half(url: string, path: string, headers: readonly string[], bodyBytes?: number): Socket {
  const bytes = Math.min(HALF.length, Math.ceil((bodyBytes ?? HALF.length) / 2));
  const socket = sendHalf({ url, path, headers, bodyBytes, half: HALF.subarray(0, bytes) });
  sockets.push(socket);
  return socket;
}

async function answerTo(socket: Socket): Promise<{ status: number; body: unknown }> {
  const text = await new Promise<string>((resolve, reject) => {
    let received = '';
    socket.on('data', (piece: Buffer) => {
      received += piece.toString();
      if (received.endsWith('}')) {
        resolve(received);
      }
    });
    socket.on('close', () => reject(new Error(`the connection ended after ${received}`)));
  });
  const [head = '', body = ''] = text.split('\r\n\r\n');
  return { status: Number(head.slice(9, 12)), body: JSON.parse(body) };
}

const callV3 = async () => (await call(app, { key: keys.reader })).json();

async function callV2(url: string, nonce: string): Promise<unknown> {
  const parameters = commonParameters(keys.reader, nonce);
  const signature = signatureOf('POST', new URL(url).host, parameters, keys.reader.secretKey);
  const body = encodeForm({ ...parameters, Signature: signature });
  return await (await fetch(`${url}${V2_PATH}`, { method: 'POST', body })).json();
}

describe('senders that stop half way', () => {
  test('hold bounded memory, and hold up no small call', async () => {
    const url = await listen();
    const before = process.memoryUsage().arrayBuffers;
    const kinds = [
      () => half(url, '/', signed, 8 * MIB),
      () => half(url, '/', [], MIB),
      () => half(url, '/', stranger, 8 * MIB),
      () => half(url, '/', signed),
      () => half(url, V2_PATH, [], MIB),
      () => half(url, V2_PATH, [], 8 * MIB),
      () => half(url, V2_PATH, []),
      () => half(url, '/', signed, 16 * KIB),
    ];
    for (let place = 0; place < SENDERS; place += 1) {
      kinds[place % kinds.length]?.();
    }
    await expect
      .poll(() => admission.bytes, { timeout: 20_000 })
      .toBeGreaterThan(callAdmissionBounds.bytesMax / 2);
    for (let turn = 0; turn < 10; turn += 1) {
      expect(await callV3()).toMatchObject({ Response: { TotalCount: 0 } });
      expect(await callV2(url, String(turn))).toMatchObject({ code: 0, total: 0 });
      expect(admission.bytes).toBeLessThanOrEqual(callAdmissionBounds.bytesMax);
      const held = process.memoryUsage().arrayBuffers - before;
      // Rooms, and what a connection whose body waits has read of it.
      expect(held).toBeLessThan(callAdmissionBounds.bytesMax + SENDERS * 200 * KIB);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });

  test('hold nothing once they are gone', async () => {
    const url = await listen();
    half(url, '/', signed, 8 * MIB);
    half(url, V2_PATH, [], MIB);
    await expect.poll(() => admission.bytes).toBe(9 * MIB);
    for (const socket of sockets) {
      socket.destroy();
    }
    await expect.poll(() => admission.bytes).toBe(0);
  });
});

describe('where there is no room', () => {
  const full = { bytesMax: 8 * MIB, waitingMax: 0 };

  test('API 3.0 says so in its own envelope, and reads a small call', async () => {
    const url = await listen(full);
    half(url, '/', signed, 7 * MIB);
    await expect.poll(() => admission.bytes).toBe(7 * MIB);
    const { status, body } = await answerTo(half(url, '/', signed, 5 * MIB));
    expect(status).toBe(200);
    expect(body).toMatchObject({ Response: { Error: { Code: 'RequestLimitExceeded' } } });
    expect(await callV3()).toMatchObject({ Response: { TotalCount: 0 } });
  });

  test('API 2.0 says so in its own envelope, and reads a small call', async () => {
    const url = await listen(full);
    half(url, '/', signed, 7 * MIB);
    half(url, V2_PATH, [], MIB);
    await expect.poll(() => admission.bytes).toBe(8 * MIB);
    const { status, body } = await answerTo(half(url, V2_PATH, [], MIB));
    expect(status).toBe(200);
    expect(body).toMatchObject({ code: 4400, codeDesc: 'RequestLimitExceeded' });
    expect(await callV2(url, '1')).toMatchObject({ code: 0 });
  });
});

describe('what is refused before it was read', () => {
  test.each([
    ['a large body of an unknown key', '/', stranger, 5 * MIB, 'AuthFailure.SecretIdNotFound'],
    ['a body of unknown length, of one', '/', stranger, undefined, 'AuthFailure.SecretIdNotFound'],
    ['no TC3', '/', ['authorization: Basic eA=='], MIB, 'AuthFailure.InvalidAuthorization'],
    ['a large form', '/', [], MIB + 1, 'AuthFailure.SignatureFailure'],
    ['more than any call', '/', signed, 10 * MIB + 1, 'RequestSizeLimitExceeded'],
  ])('%s', async (_name, path, headers, bodyBytes, code) => {
    const url = await listen();
    const { status, body } = await answerTo(half(url, path, headers, bodyBytes));
    expect(status).toBe(200);
    expect(body).toMatchObject({ Response: { Error: { Code: code } } });
    expect(admission.bytes).toBe(0);
  });

  test.each([
    ['PUT', '/'],
    ['DELETE', '/'],
    ['PUT', V2_PATH],
    ['POST', `${V2_PATH}/more`],
  ])('%s %s', async (method, path) => {
    const url = await listen();
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    socket.write(`${method} ${path} HTTP/1.1\r\nhost: h\r\ncontent-length: 1000000\r\n\r\n{`);
    const { status, body } = await answerTo(socket);
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toMatch(/UnsupportedProtocol|InvalidParameter/);
  });
});

test('a body that says no length may have a mebibyte, however it is cut up', async () => {
  const url = await listen();
  const small = half(url, '/', signed);
  expect((await answerTo(small)).body).toMatchObject({
    Response: { Error: { Code: 'RequestSizeLimitExceeded' } },
  });
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  const head = `POST / HTTP/1.1\r\nhost: h\r\n${signed.join('\r\n')}\r\ntransfer-encoding: chunked`;
  socket.write(`${head}\r\n\r\n`);
  socket.write('1\r\n \r\n'.repeat(100_000));
  socket.write('0\r\n\r\n');
  expect((await answerTo(socket)).body).toMatchObject({
    Response: { Error: { Code: 'MissingParameter' } },
  });
});
