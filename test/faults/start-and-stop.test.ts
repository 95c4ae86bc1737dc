// How `fnlog serve` refuses to start, and how it stops.

import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { NativeReceipt } from '../../src/wire/native/encode-receipt.ts';
import {
  getPage,
  startServer,
  testAuthorization,
  wait,
  withDirectory,
} from '../support/running-server.ts';
import { failToStart } from './failing-start.ts';

const ONE_SENTENCE = /^fnlog: [^\n]+\n$/;

test.each([
  ['an unknown flag', ['--prot', '5280'], /--prot/],
  ['a flag without its value', ['--host'], /--host/],
  ['an argument too many', ['everything'], /too many arguments/],
])('%s is wrong usage', async (_name, args, says) => {
  await withDirectory(async (dataDir) => {
    const stderr = await failToStart({ dataDir, args }, 2);
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/--help/);
  });
});

test('a port in use is said so', async () => {
  await withDirectory(async (directory) => {
    const first = await startServer({ dataDir: join(directory, 'first') });
    try {
      const { port } = new URL(first.url);
      const dataDir = join(directory, 'second');
      const stderr = await failToStart({ dataDir, args: ['--port', port, '--log-level', 'error'] });
      expect(stderr).toMatch(ONE_SENTENCE);
      expect(stderr).toContain(`the address 127.0.0.1:${port} is in use; choose another --port`);
      expect(existsSync(join(dataDir, 'server.json'))).toBe(false);
    } finally {
      await first.process.kill9();
    }
  });
});

test.each([
  ['FNLOG_PROT', { FNLOG_PROT: '5280' }],
  ['FNLOG_TIME_ZONE', { FNLOG_TIME_ZONE: 'Mars/Olympus' }],
  ['FNLOG_SECRET_KEY', { FNLOG_SECRET_KEY: 'short' }],
])('a wrong variable %s is named', async (name, env) => {
  await withDirectory(async (dataDir) => {
    const stderr = await failToStart({ dataDir, env });
    expect(stderr).toMatch(ONE_SENTENCE);
    expect(stderr).toContain(name);
    expect(stderr).not.toContain('short');
  });
});

test('a damaged key file is named, and none of it is repeated', async () => {
  await withDirectory(async (dataDir) => {
    const file = join(dataDir, 'keys.json');
    writeFileSync(file, '{"version":1,"keys":[{"secretKey":"top-secret');
    const stderr = await failToStart({ dataDir, fixedKey: false });
    expect(stderr).toMatch(ONE_SENTENCE);
    expect(stderr).toContain(file);
    expect(stderr).not.toContain('top-secret');
  });
});

test('SIGTERM answers what is under way, ends with 0 and takes server.json away', async () => {
  await withDirectory(async (dataDir) => {
    const { url, process } = await startServer({ dataDir });
    try {
      const told = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as object;
      expect(told).toMatchObject({ url });
      const { underWay, reply } = await beginIngest(url);
      process.signal('SIGTERM');
      await untilRefused(url);
      underWay.end(records(1_000));
      const answer = await reply;
      expect(answer.statusCode).toBe(200);
      expect((await json(answer)) as NativeReceipt).toMatchObject({ accepted: 1_000 });
      expect(await process.exit()).toEqual({ code: 0, signal: null });
      expect(existsSync(join(dataDir, 'server.json'))).toBe(false);
    } finally {
      await process.kill9();
    }
    const again = await startServer({ dataDir });
    try {
      expect((await getPage(again.url, { limit: 0 })).body.total).toBe(1_000);
      expect(await again.process.stop()).toEqual({ code: 0, signal: null });
    } finally {
      await again.process.kill9();
    }
  });
});

test('SIGTERM is not held up by who connects and sends nothing, or half of a request', async () => {
  await withDirectory(async (dataDir) => {
    const { url, process } = await startServer({ dataDir });
    const { hostname, port } = new URL(url);
    const silent = connect(Number(port), hostname).on('error', () => undefined);
    const half = connect(Number(port), hostname).on('error', () => undefined);
    try {
      half.write('POST /api/v1/invocations HTTP/1.1\r\nhost: h\r\ncontent-le');
      await Promise.all([once(silent, 'connect'), once(half, 'connect')]);
      process.signal('SIGTERM');
      // Node by itself would wait for a minute.
      expect(await process.exit(30_000)).toEqual({ code: 0, signal: null });
    } finally {
      silent.destroy();
      half.destroy();
      await process.kill9();
    }
  });
});

/** Sends the head of a request and waits until the server asks for the body. */
async function beginIngest(
  url: string,
): Promise<{ underWay: ClientRequest; reply: Promise<IncomingMessage> }> {
  const underWay = request(`${url}/api/v1/invocations`, {
    method: 'POST',
    headers: { authorization: testAuthorization, expect: '100-continue' },
  });
  const reply = once(underWay, 'response').then(([response]) => response as IncomingMessage);
  underWay.flushHeaders();
  await once(underWay, 'continue');
  return { underWay, reply };
}

function records(count: number): string {
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({ functionName: 'f', requestId: `r${index}`, startTime: 1_767_225_600_000 }),
  ).join('\n');
}

/** Waits until the server takes no new connection: it has seen the signal. */
async function untilRefused(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  for (;;) {
    const socket = connect(Number(port), hostname);
    const refused = await Promise.race([
      once(socket, 'connect').then(() => false),
      once(socket, 'close').then(() => true),
    ]).catch(() => true);
    socket.destroy();
    if (refused) {
      return;
    }
    await wait(10);
  }
}
