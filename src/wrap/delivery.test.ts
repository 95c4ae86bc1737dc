import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ScriptedServer, startScriptedServer } from '../../test/support/scripted-server.ts';
import { BatchPoster } from './batch-poster.ts';
import { Delivery, type DeliveryOptions } from './delivery.ts';
import { noStats } from './reporter-stats.ts';
import { Spool } from './spool.ts';

const FLUSH_MS = 30_000;
/** A bound, not an expectation. */
const PATIENT = { timeout: 30_000 };
const SECRET = 'Basic c2VjcmV0LW9mLXRoZS10ZXN0';

let room: string;
let server: ScriptedServer;
let warnings: string[];
let opened: Delivery[];

beforeEach(async () => {
  room = mkdtempSync(join(tmpdir(), 'fnlog-delivery-test-'));
  server = await startScriptedServer();
  warnings = [];
  opened = [];
});
afterEach(async () => {
  for (const delivery of opened) {
    delivery.close();
  }
  await server.stop();
  rmSync(room, { recursive: true, force: true });
});

function open(given: Partial<DeliveryOptions> & { spoolBytesMax?: number; url?: string } = {}) {
  const stats = noStats();
  const { spoolBytesMax = 1024 * 1024, url = server.url, ...options } = given;
  const delivery = new Delivery({
    poster: new BatchPoster({ url: new URL(url), authorization: SECRET, timeoutMs: 10_000 }),
    spool: new Spool({
      dir: spoolDir(),
      bytesMax: spoolBytesMax,
      onDropped: (records) => {
        stats.dropped += records;
      },
    }),
    lingerMs: 60_000,
    queueRecordsMax: 10_000,
    queueBytesMax: 8 * 1024 * 1024,
    stats,
    server: 'the server',
    warn: (kind, sentence) => warnings.push(`${kind}: ${sentence}`),
    ...options,
  });
  opened.push(delivery);
  return { delivery, stats };
}

function spoolDir(): string {
  return join(room, 'spool');
}

function pushed(delivery: Delivery, from: number, to: number): string[] {
  const lines = [];
  for (let n = from; n < to; n += 1) {
    lines.push(JSON.stringify({ n }));
    delivery.push(JSON.stringify({ n }));
  }
  return lines;
}

function numbered(lines: readonly string[]): number[] {
  return lines.map((line) => (JSON.parse(line) as { n: number }).n).sort((a, b) => a - b);
}

const away = () => ({ status: 503, body: '' });

describe('while the server answers', () => {
  test('records go out together, and nothing is left', async () => {
    const { delivery, stats } = open();
    const lines = pushed(delivery, 0, 50);
    expect(delivery.waiting).toBe(50);
    expect(await delivery.flush(FLUSH_MS, true)).toBe(true);
    expect(server.acknowledged).toEqual(lines);
    expect(server.requests).toHaveLength(1);
    expect(stats).toMatchObject({ delivered: 50, rejected: 0, dropped: 0, faults: 0 });
    expect(delivery.waiting).toBe(0);
  });

  test('they go out by themselves after the linger, and at once where a batch is full', async () => {
    const { delivery } = open({ lingerMs: 1 });
    pushed(delivery, 0, 3);
    await expect.poll(() => server.acknowledged.length, PATIENT).toBe(3);
    const full = open();
    pushed(full.delivery, 0, 1_000);
    await expect.poll(() => server.acknowledged.length, PATIENT).toBe(1_003);
  });

  test('what it refuses for good is given up, and said once', async () => {
    server.script = () => ({ status: 401, body: '{"error":{"code":"auth_failed"}}' });
    const { delivery, stats } = open();
    pushed(delivery, 0, 3);
    expect(await delivery.flush(FLUSH_MS, true)).toBe(true);
    pushed(delivery, 0, 4);
    expect(await delivery.flush(FLUSH_MS, true)).toBe(true);
    expect(server.requests).toHaveLength(2);
    expect(stats).toMatchObject({ delivered: 0, rejected: 7 });
    expect(new Set(warnings).size).toBe(1);
    expect(warnings[0]).toContain('status 401 (auth_failed)');
    expect(warnings.join()).not.toContain(SECRET);
  });

  test('what a receipt rejects is counted', async () => {
    const body = '{"accepted":1,"replaced":0,"duplicates":1,"rejected":[{"line":3}]}';
    server.script = () => ({ status: 200, body });
    const { delivery, stats } = open();
    pushed(delivery, 0, 3);
    await delivery.flush(FLUSH_MS, true);
    expect(stats).toMatchObject({ delivered: 2, rejected: 1 });
  });
});

describe('while the server is away', () => {
  test('records wait on disk, without a word of the key, and go out when it is back', async () => {
    server.script = away;
    const { delivery, stats } = open();
    const lines = pushed(delivery, 0, 10);
    expect(await delivery.flush(FLUSH_MS, true)).toBe(false);
    lines.push(...pushed(delivery, 10, 20));
    expect(await delivery.flush(FLUSH_MS, false)).toBe(false);
    expect(delivery.waiting).toBe(0);
    const files = readdirSync(spoolDir());
    const texts = files.map((name) => readFileSync(join(spoolDir(), name), 'utf8'));
    expect(texts.join('')).toBe(`${lines.join('\n')}\n`);
    expect(files.join() + texts.join('')).not.toMatch(/basic|c2Vjc/i);
    server.script = () => ({ status: 200 });
    expect(await delivery.flush(FLUSH_MS, true)).toBe(true);
    expect(server.acknowledged).toEqual(lines);
    expect(readdirSync(spoolDir())).toEqual([]);
    expect(stats).toMatchObject({ delivered: 20, dropped: 0, faults: 0 });
  });

  test('it is asked again by itself, until it answers', async () => {
    server.script = away;
    const { delivery } = open({ lingerMs: 1 });
    pushed(delivery, 0, 5);
    await expect.poll(() => server.requests.length, PATIENT).toBeGreaterThan(1);
    server.script = () => ({ status: 200 });
    await expect.poll(() => server.acknowledged.length, PATIENT).toBe(5);
  });

  test('it is not asked before the time that it has said', async () => {
    server.script = () => ({ status: 429, headers: { 'retry-after': '120' }, body: '' });
    const { delivery } = open({ lingerMs: 1 });
    pushed(delivery, 0, 5);
    expect(await delivery.flush(FLUSH_MS, true)).toBe(false);
    pushed(delivery, 5, 10);
    expect(await delivery.flush(FLUSH_MS, true)).toBe(false);
    expect(server.requests).toHaveLength(1);
    expect(delivery.waiting).toBe(0);
  });

  test('a run that is held up for a flush does not ask it', async () => {
    server.script = away;
    const { delivery } = open();
    pushed(delivery, 0, 1);
    await delivery.flush(FLUSH_MS, false);
    const asked = server.requests.length;
    pushed(delivery, 1, 2);
    await delivery.flush(FLUSH_MS, false);
    expect(server.requests).toHaveLength(asked);
  });

  test('what another process has left goes out too', async () => {
    server.script = away;
    const first = open();
    const lines = pushed(first.delivery, 0, 5);
    await first.delivery.flush(FLUSH_MS, true);
    server.script = () => ({ status: 200 });
    const { delivery, stats } = open({ lingerMs: 1 });
    await expect.poll(() => server.acknowledged, PATIENT).toEqual(lines);
    expect(await delivery.flush(FLUSH_MS, true)).toBe(true);
    expect(stats.delivered).toBe(5);
  });

  test('a spool that is refused for good is given up', async () => {
    server.script = away;
    const { delivery, stats } = open();
    pushed(delivery, 0, 5);
    await delivery.flush(FLUSH_MS, true);
    server.script = () => ({ status: 403, body: '' });
    expect(await delivery.flush(FLUSH_MS, true)).toBe(true);
    expect(stats.rejected).toBe(5);
    expect(readdirSync(spoolDir())).toEqual([]);
  });

  test('without a spool they wait in memory, within its bound', async () => {
    server.script = away;
    const { delivery, stats } = open({ spool: undefined, queueRecordsMax: 20 });
    pushed(delivery, 0, 50);
    expect(await delivery.flush(FLUSH_MS, true)).toBe(false);
    expect(delivery.waiting).toBe(20);
    expect(stats.dropped).toBe(30);
    server.script = () => ({ status: 200 });
    expect(await delivery.flush(FLUSH_MS, true)).toBe(true);
    expect(numbered(server.acknowledged)).toEqual(Array.from({ length: 20 }, (_, at) => at + 30));
  });

  test('a spool that cannot be written is said once, and they wait in memory', async () => {
    writeFileSync(spoolDir(), 'in the way');
    server.script = away;
    const { delivery, stats } = open();
    pushed(delivery, 0, 5);
    await delivery.flush(FLUSH_MS, true);
    expect(delivery.waiting).toBe(5);
    expect(stats.faults).toBeGreaterThan(0);
    expect(warnings.some((line) => line.startsWith('spool: '))).toBe(true);
    server.script = () => ({ status: 200 });
    expect(await delivery.flush(FLUSH_MS, true)).toBe(true);
    expect(server.acknowledged).toHaveLength(5);
  });
});

describe('a server that does not answer', () => {
  test('holds a flush up no longer than was said, and no record is lost meanwhile', async () => {
    server.script = () => 'silence';
    const { delivery, stats } = open({ queueRecordsMax: 100 });
    pushed(delivery, 0, 10);
    expect(await delivery.flush(50, true)).toBe(false);
    // The request goes on; what comes now and does not fit into memory goes to disk.
    for (let n = 10; n < 400; n += 10) {
      pushed(delivery, n, n + 10);
      // A program that writes faster than the disk would lose the oldest.
      await expect.poll(() => delivery.waiting, PATIENT).toBeLessThanOrEqual(60);
    }
    delivery.saveNow();
    server.script = () => ({ status: 200 });
    const next = open();
    expect(await next.delivery.flush(FLUSH_MS, true)).toBe(true);
    expect(numbered(server.acknowledged)).toEqual(Array.from({ length: 400 }, (_, at) => at));
    expect(stats).toMatchObject({ dropped: 0, faults: 0 });
  });
});

describe('a process that ends', () => {
  test('leaves on disk what is in memory and what is being sent', async () => {
    server.script = () => 'silence';
    const { delivery } = open();
    pushed(delivery, 0, 5);
    await delivery.flush(1, true);
    await expect.poll(() => server.requests.length, PATIENT).toBe(1);
    pushed(delivery, 5, 8);
    delivery.saveNow();
    expect(delivery.waiting).toBe(0);
    server.script = () => ({ status: 200 });
    const next = open();
    expect(await next.delivery.flush(FLUSH_MS, true)).toBe(true);
    expect(numbered(server.acknowledged)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
