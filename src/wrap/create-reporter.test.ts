import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ScriptedServer, startScriptedServer } from '../../test/support/scripted-server.ts';
import { createReporter, type Reporter, type ReporterOptions } from './create-reporter.ts';

const key = { secretId: 'AKIDwrap', secretKey: 'a-secret-key-of-the-test' };

let server: ScriptedServer;
let room: string;
let reporters: Reporter[];

beforeEach(async () => {
  server = await startScriptedServer();
  room = mkdtempSync(join(tmpdir(), 'fnlog-reporter-test-'));
  reporters = [];
  vi.spyOn(console, 'log').mockReturnValue(undefined);
});
afterEach(async () => {
  await Promise.all(reporters.map((reporter) => reporter.close(1)));
  vi.restoreAllMocks();
  await server.stop();
  rmSync(room, { recursive: true, force: true });
});

function report(options: ReporterOptions = {}): Reporter {
  const reporter = createReporter({ url: server.url, ...key, spoolDir: room, ...options });
  reporters.push(reporter);
  return reporter;
}

function delivered(): Record<string, unknown>[] {
  return server.acknowledged.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a reporter without an address or a key', () => {
  test.each([{}, { url: 'http://h' }, { url: 'nonsense', ...key }])(
    'given %j says so once, and changes nothing',
    async (options) => {
      const warnings: string[] = [];
      const { wrap, express, flush, stats, close } = createReporter({
        ...options,
        onWarning: (line) => warnings.push(line),
      });
      const handler = async () => 1;
      expect(wrap(handler)).toBe(handler);
      let isNext = false;
      express()({} as never, {} as never, () => {
        isNext = true;
      });
      expect(isNext).toBe(true);
      expect([await flush(), await close(), stats().waiting]).toEqual([true, true, 0]);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatch(/^fnlog\/wrap: runs are not reported: /);
      expect(warnings.join()).not.toContain(key.secretKey);
    },
  );
});

describe('a reporter', () => {
  test('keeps the lines of runs at the same time apart', async () => {
    const { wrap, flush } = report({ functionName: 'lines' });
    const handler = wrap(async (n: number) => {
      console.log(`${n} begins`);
      await wait(n % 3);
      console.log(`${n} ends`);
    });
    await Promise.all(Array.from({ length: 20 }, (_, n) => handler(n)));
    await flush();
    const logs = delivered().map((record) => record['log']);
    expect(logs).toHaveLength(20);
    expect(new Set(logs)).toEqual(
      new Set(Array.from({ length: 20 }, (_, n) => `${n} begins\n${n} ends\n`)),
    );
  });

  test('leaves the console alone where that is wished', async () => {
    const before = console.log;
    const { wrap, flush } = report({ captureConsole: false });
    expect(console.log).toBe(before);
    wrap(() => console.log('a line'))();
    await flush();
    expect(delivered()).toMatchObject([{ log: '' }]);
  });

  test('gives the console and the process back when it is closed', async () => {
    const before = [
      console.log,
      process.listenerCount('exit'),
      process.listenerCount('beforeExit'),
    ];
    const { close } = report();
    expect(console.log).not.toBe(before[0]);
    expect(await close()).toBe(true);
    expect([
      console.log,
      process.listenerCount('exit'),
      process.listenerCount('beforeExit'),
    ]).toEqual(before);
  });

  test('holds a run up until its record is out, where that is wished', async () => {
    const { wrap } = report({ flushBeforeReturn: true, flushTimeoutMs: 30_000 });
    await wrap(async () => 1)();
    expect(delivered()).toHaveLength(1);
  });

  test('never fails because of whoever listens to its warnings', async () => {
    server.script = () => ({ status: 401, body: '' });
    const { wrap, flush, stats } = report({
      onWarning: () => {
        throw new Error('not listening');
      },
    });
    expect(wrap(() => 1)()).toBe(1);
    expect(await flush()).toBe(true);
    expect(stats()).toMatchObject({ runs: 1, rejected: 1, faults: 0 });
  });

  test('takes what is no handler for what it is', () => {
    const { wrap } = report();
    expect(wrap(undefined as never)).toBeUndefined();
  });

  test('says in its records how many were dropped so far', async () => {
    server.script = () => ({ status: 503, body: '' });
    const onWarning = () => undefined;
    const { wrap, flush, stats } = report({ spoolDir: false, queueRecordsMax: 2, onWarning });
    const handler = wrap(() => 1);
    for (let n = 0; n < 5; n += 1) {
      handler();
    }
    await flush();
    expect(stats()).toMatchObject({ dropped: 3, waiting: 2 });
    handler();
    server.script = () => ({ status: 200 });
    await flush();
    expect(stats()).toMatchObject({ dropped: 4, waiting: 0 });
    expect(delivered().map((record) => record['droppedSoFar'])).toEqual([2, 3]);
  });
});
