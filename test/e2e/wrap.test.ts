// fnlog/wrap through outages: a real server that is killed and comes back, programs that end in every
// way. The programs use the built folder dist/wrap, as those of other people do.

import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { NativeInvocation } from '../../src/wire/native/encode-invocation.ts';
import { createReporter, type Reporter } from '../../src/wrap/create-reporter.ts';
import {
  getPage,
  type RunningServer,
  startServer,
  withDirectory,
} from '../support/running-server.ts';

const FLUSH_MS = 60_000;
const BUILT = fileURLToPath(new URL('../../dist/wrap', import.meta.url));
const key = { secretId: 'AKID-faults', secretKey: 'secret-key-of-the-fault-tests' };

interface Room {
  readonly dir: string;
  readonly spoolDir: string;
  readonly url: string;
  server: RunningServer;
  /** The same server again, at the same address. */
  restart(): Promise<void>;
  report(options?: Parameters<typeof createReporter>[0]): Reporter;
}

/** A server, and a directory that is gone afterwards. */
async function withRoom(use: (room: Room) => Promise<void>): Promise<void> {
  await withDirectory(async (dir) => {
    const dataDir = join(dir, 'data');
    const server = await startServer({ dataDir });
    const { url } = server;
    const spoolDir = join(dir, 'spool');
    const reporters: Reporter[] = [];
    const room: Room = {
      dir,
      spoolDir,
      url,
      server,
      restart: async () => {
        room.server = await startServer({ dataDir, args: ['--port', new URL(url).port] });
      },
      report: (options) => {
        const base = { functionName: 'tests', spoolDir, lingerMs: 2 };
        const onWarning = () => undefined;
        const made = createReporter({ url, ...key, ...base, onWarning, ...options });
        reporters.push(made);
        return made;
      },
    };
    try {
      await use(room);
    } finally {
      await Promise.all(reporters.map((reporter) => reporter.close(1)));
      await room.server.process.stop();
    }
  });
}

async function stored(url: string, functionName: string): Promise<readonly NativeInvocation[]> {
  const { body } = await getPage(url, { functionName, limit: 10_000 });
  expect(body.total).toBe(body.invocations.length);
  return body.invocations;
}

/** Numbers of the runs that are stored, in order. */
async function storedRuns(url: string, functionName: string): Promise<number[]> {
  const records = await stored(url, functionName);
  return records.map(({ requestId }) => Number(requestId)).sort((a, b) => a - b);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

describe('a server that is killed and comes back', () => {
  test('has every run once in the end', async () => {
    await withRoom(async (room) => {
      const { wrap, flush, stats } = room.report({ reportStarts: true });
      const handler = wrap(async ({ n }: { n: number }, _context: { awsRequestId: string }) => {
        await wait(n % 4);
        if (n % 10 === 0) {
          throw new Error(`run ${n} fails`);
        }
        return n;
      });
      const runs: Promise<unknown>[] = [];
      for (let n = 0; n < 600; n += 1) {
        runs.push(handler({ n }, { awsRequestId: String(n) }).catch(() => undefined));
        if (n === 200) {
          await room.server.process.kill9();
        }
        if (n === 400) {
          await room.restart();
        }
        await wait(n % 7 === 0 ? 1 : 0);
      }
      await Promise.all(runs);
      await expect.poll(() => flush(FLUSH_MS), { timeout: FLUSH_MS }).toBe(true);
      const records = await stored(room.url, 'tests');
      expect(records.map(({ requestId }) => Number(requestId)).sort((a, b) => a - b)).toEqual(
        upTo(600),
      );
      expect(records.filter(({ retCode }) => retCode === 1)).toHaveLength(60);
      expect(records.filter(({ invokeFinished }) => invokeFinished === 0)).toEqual([]);
      expect(stats()).toMatchObject({ runs: 600, rejected: 0, dropped: 0, faults: 0, waiting: 0 });
    });
  });

  test('gets the newest that the spool could hold, and how many were dropped', async () => {
    await withRoom(async (room) => {
      await room.server.process.kill9();
      const spoolBytesMax = 256 * 1024;
      const { wrap, flush, stats } = room.report({ spoolBytesMax, queueBytesMax: 64 * 1024 });
      const handler = wrap((_event: unknown, _context: { awsRequestId: string }) => {
        return 'x'.repeat(4_000);
      });
      for (let n = 0; n < 300; n += 1) {
        handler({}, { awsRequestId: String(n) });
        if (n % 10 === 9) {
          await flush(FLUSH_MS);
          expect(bytesUnder(room.spoolDir)).toBeLessThanOrEqual(spoolBytesMax);
        }
      }
      const { dropped } = stats();
      expect(dropped).toBeGreaterThan(200);
      await room.restart();
      handler({}, { awsRequestId: '300' });
      await expect.poll(() => flush(FLUSH_MS), { timeout: FLUSH_MS }).toBe(true);
      expect(await storedRuns(room.url, 'tests')).toEqual(upTo(301).slice(dropped));
      const [newest] = (await stored(room.url, 'tests')).filter(
        ({ requestId }) => requestId === '300',
      );
      expect(newest?.['droppedSoFar']).toBe(dropped);
    });
  });
});

describe('a program that uses dist/wrap alone', () => {
  test('and is killed, exits or throws while the server is away leaves its runs to the next one', async () => {
    await withRoom(async (room) => {
      await room.server.process.kill9();
      const killed = startProgram(room, 'killed');
      await killed.said('spooled');
      killed.child.kill('SIGKILL');
      await killed.ended;
      const others = (['exits', 'throws'] as const).map((end) => startProgram(room, end));
      await Promise.all(others.map(({ ended }) => ended));
      await room.restart();
      const { flush } = room.report();
      for (const end of ['killed', 'exits', 'throws']) {
        const delivered = async () => {
          await flush(FLUSH_MS);
          return await storedRuns(room.url, end);
        };
        await expect.poll(delivered, { timeout: FLUSH_MS }).toEqual(upTo(50));
      }
    });
  });

  test('and has nothing more to do delivers its runs, and ends', async () => {
    await withRoom(async (room) => {
      const program = startProgram(room, 'done');
      expect(await program.ended).toBe(0);
      expect(await storedRuns(room.url, 'done')).toEqual(upTo(50));
      expect(existsSync(room.spoolDir)).toBe(false);
    });
  });
});

type End = 'killed' | 'exits' | 'throws' | 'done';

/** CommonJS, fifty runs, and the end that is wished. */
function startProgram({ dir, url, spoolDir }: Room, end: End) {
  cpSync(BUILT, join(dir, 'wrap'), { recursive: true });
  const ends: Record<End, string> = {
    killed: `
      const timer = setInterval(() => {
        const { waiting, runs } = reporter.stats();
        const kept = ${JSON.stringify(spoolDir)};
        const files = existsSync(kept) ? readdirSync(kept, { recursive: true }) : [];
        // A request under way is neither waiting nor spooled yet.
        if (runs === 50 && waiting === 0 && files.some((file) => file.endsWith('.ndjson')))
          console.log('spooled');
      }, 5);`,
    exits: 'process.exit(0);',
    throws: "throw new Error('the program fails');",
    done: '',
  };
  const file = join(dir, `${end}.cjs`);
  writeFileSync(
    file,
    `const { existsSync, readdirSync } = require('node:fs');
     const { createReporter } = require('./wrap/create-reporter.js');
     const reporter = createReporter(${JSON.stringify({ spoolDir, functionName: end })});
     const handler = reporter.wrap(async (event, context) => event);
     async function main() {
       for (let n = 0; n < 50; n += 1) await handler({ n }, { awsRequestId: String(n) });
       ${ends[end]}
     }
     main();`,
  );
  const environment = {
    FNLOG_URL: url,
    FNLOG_SECRET_ID: key.secretId,
    FNLOG_SECRET_KEY: key.secretKey,
  };
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return { child, ended, said: (line: string) => untilSaid(child, line) };
}

async function untilSaid(child: ChildProcess, wished: string): Promise<void> {
  for await (const line of createInterface({ input: child.stdout ?? ([] as never) })) {
    if (line === wished) {
      return;
    }
  }
  throw new Error(`the program ended without saying ${wished}`);
}

/** What takes place on disk, of all files below. */
function bytesUnder(dir: string): number {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.reduce(
    (sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size,
    0,
  );
}
