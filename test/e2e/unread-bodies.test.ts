// Whoever shows no key has no body read, on any path: half a body is answered as if it were whole.

import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendHalf } from '../support/half-request.ts';
import { startTestApp, type TestApp } from '../support/running-app.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({
    localFunctions: {
      functions: [],
      refused: [],
      run: () => Promise.reject(new Error('nothing is run here')),
      close: async () => undefined,
    },
  });
});

afterAll(async () => {
  await app.remove();
});

async function statusOf(socket: Socket): Promise<number> {
  try {
    const text = await new Promise<string>((resolve, reject) => {
      socket.once('data', (piece: Buffer) => resolve(piece.toString()));
      socket.once('close', () => reject(new Error('the connection ended')));
    });
    return Number(text.slice(9, 12));
  } finally {
    socket.destroy();
  }
}

test.each([
  ['/api/v1/invocations', 401],
  ['/api/v1/sources/cls', 401],
  ['/api/v1/sources/firehose', 401],
  ['/v1/logs', 401],
  ['/v1/traces', 401],
  ['/api/v1/functions/any/invocations', 401],
  ['/api/v1/invocations/some-id', 404],
  ['/metrics', 404],
  ['/healthz', 404],
  ['/readyz', 404],
  ['/console/', 404],
  ['/nothing', 404],
])('%s', async (path, status) => {
  for (const bodyBytes of [900_000, undefined]) {
    const half = Buffer.alloc(400_000, ' ');
    const headers = ['content-type: application/json'];
    const socket = sendHalf({ url: app.url, path, headers, bodyBytes, half });
    expect(await statusOf(socket)).toBe(status);
  }
});
