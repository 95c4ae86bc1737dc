// Following over real sockets: server-sent events, and `fnlog logs --follow` across a restart.

import { get, type IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../support/running-app.ts';

interface Event {
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly data: { readonly requestId?: string; readonly reason?: string };
}

const START_MS = Date.UTC(2026, 0, 1);
let app: TestApp;
beforeEach(async () => {
  app = await startTestApp();
});
afterEach(() => app.remove());

class Stream {
  readonly events: Event[] = [];
  readonly reply: IncomingMessage;
  isOver = false;
  #text = '';

  constructor(reply: IncomingMessage) {
    this.reply = reply;
    const parser = createParser({
      onEvent: ({ event, id, data }) => this.events.push({ event, id, data: JSON.parse(data) }),
    });
    reply.setEncoding('utf8');
    reply.on('data', (chunk: string) => {
      this.#text += chunk;
      parser.feed(chunk);
    });
    reply.on('close', () => {
      this.isOver = true;
    });
  }

  get text(): string {
    return this.#text;
  }

  get ids(): (string | undefined)[] {
    return this.events
      .filter(({ event }) => event === 'invocation')
      .map(({ data }) => data.requestId);
  }
}

async function follow(query = '', headers: Record<string, string> = {}): Promise<Stream> {
  const authorization = `Basic ${btoa(`${app.secretId}:${app.secretKey}`)}`;
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${app.url}/api/v1/tail${query}`, { headers: { authorization, ...headers } }, resolve).on(
      'error',
      reject,
    );
  });
  return new Stream(reply);
}

const record = (requestId: string, more: object = {}) => ({
  functionName: 'f',
  requestId,
  startTime: START_MS,
  ...more,
});

test('records come as they are written, those that match', async () => {
  await app.ingest([record('before')]);
  const [all, failed] = [await follow(), await follow('?status=failed&search=boom')];
  expect(all.reply.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  await app.ingest([record('ok'), record('bad', { retCode: 1, log: 'a BOOM' })]);
  await app.ingest([record('late', { startTime: START_MS - 86_400_000 })]);
  await app.ingest([record('other', { namespace: 'elsewhere' })]);
  await expect.poll(() => all.ids).toEqual(['ok', 'bad', 'late']);
  await expect.poll(() => failed.ids).toEqual(['bad']);
  expect(all.events[0]).toMatchObject({
    id: expect.stringMatching(/^\d+$/),
    data: { requestId: 'ok', functionName: 'f', retCode: 0 },
  });
});

test('Last-Event-ID and after go on where it broke off', async () => {
  const first = await follow('?after=0');
  await app.ingest([record('a'), record('b')]);
  await expect.poll(() => first.ids).toEqual(['a', 'b']);
  first.reply.destroy();
  await app.ingest([record('c')]);
  // A start that is followed by its end comes twice: each is a record of its own.
  await app.ingest([record('d', { retCode: 2 })]);
  const second = await follow('', { 'last-event-id': first.events[0]?.id ?? '' });
  await expect.poll(() => second.ids).toEqual(['b', 'c', 'd']);
  await app.ingest([record('d')]);
  await expect.poll(() => second.ids).toEqual(['b', 'c', 'd', 'd']);
});

test.each([
  ['?limit=5', 400, 'there is no parameter "limit"'],
  ['?after=x', 400, 'after is "x"'],
  ['?after=99999', 400, 'after is 99999: the newest sequence is 0'],
  ['?regex=(', 400, 'regex is "("'],
])('%s is refused with %d', async (query, status, message) => {
  const { reply } = await follow(query);
  const text = await reply.setEncoding('utf8').toArray();
  expect(reply.statusCode).toBe(status);
  expect(text.join('')).toContain(JSON.stringify(message).slice(1, -1));
});

test('no more than 32 may follow with one key', async () => {
  const streams = await Promise.all(Array.from({ length: 32 }, () => follow()));
  const refused = await follow();
  expect(refused.reply.statusCode).toBe(429);
  expect(refused.reply.headers['retry-after']).toMatch(/^\d+$/);
  streams[0]?.reply.destroy();
  await expect.poll(async () => (await follow()).reply.statusCode).toBe(200);
});

test('a stop of the server ends it at once, and says why', async () => {
  const stream = await follow();
  await app.ingest([record('a')]);
  await expect.poll(() => stream.ids).toEqual(['a']);
  const begin = performance.now();
  await app.close();
  expect(performance.now() - begin).toBeLessThan(5_000);
  await expect.poll(() => stream.isOver).toBe(true);
  expect(stream.events.at(-1)).toMatchObject({
    event: 'end',
    data: { reason: 'fnlog is stopping' },
  });
});

test('who does not read is told of it, and gets everything all the same', async () => {
  const [slow, quick] = [await follow(), await follow()];
  slow.reply.pause();
  const log = 'x'.repeat(20_000);
  const wanted: string[] = [];
  for (let batch = 0; batch < 20; batch++) {
    const ids = Array.from({ length: 50 }, (_, index) => `${batch}-${index}`);
    await app.ingest(ids.map((id) => record(id, { log })));
    wanted.push(...ids);
  }
  await expect.poll(() => quick.ids, { timeout: 30_000 }).toEqual(wanted);
  slow.reply.resume();
  await expect.poll(() => slow.ids, { timeout: 30_000 }).toEqual(wanted);
  expect(slow.events.some(({ event }) => event === 'gap')).toBe(true);
  expect(quick.text.length).toBeGreaterThan(20_000_000);
});
