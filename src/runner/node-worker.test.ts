// Every way in which a run of a Node function can end, on real worker processes.

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../domain/clock.ts';
import type { Invocation } from '../domain/invocation.ts';
import { FunctionRunner } from './function-runner.ts';
import { type LocalFunction, loadLocalFunction } from './local-function.ts';

/** One function whose event says what it does. */
const source = `
const { spawn, execSync } = require('node:child_process');
const { writeSync } = require('node:fs');
const held = [];
console.log('loaded');
const acts = {
  pid: () => process.pid,
  context: (event, context) => context,
  env: () => process.env,
  ok: () => 'ok',
  nothing: () => undefined,
  log: () => {
    for (let i = 0; i < 300; i += 1) {
      process.stdout.write('out ' + i + '\\n');
      process.stderr.write('err ' + i + '\\n');
    }
    execSync('echo child', { stdio: 'inherit' });
    console.error('after child');
  },
  longLog: () => {
    console.log('begin');
    for (let i = 0; i < 100; i += 1) console.log('x'.repeat(65536));
    console.log('finish');
  },
  background: () => void setTimeout(() => console.log('from the background'), 100),
  wait: () => new Promise((resolve) => setTimeout(() => resolve('waited'), 400)),
  throw: () => { throw new TypeError('no such order'); },
  throwLong: () => { throw 'z'.repeat(1e6); },
  half: () => '\\ud800',
  throwText: () => { throw 'plain text'; },
  reject: async () => { throw Object.assign(new Error('refused'), { code: 'E_NO' }); },
  forgotten: () => { Promise.reject(new Error('nobody waits')); return 'ok'; },
  uncaught: () => new Promise(() => setTimeout(() => { throw new Error('from a timer'); }, 1)),
  lateUncaught: () => void setTimeout(() => { throw new Error('too late'); }, 1),
  exit: () => { console.log('going'); process.exit(3); },
  crash: () => process.kill(process.pid, 'SIGSEGV') && new Promise(() => setTimeout(() => {}, 9e3)),
  never: () => { console.log('waiting'); return new Promise(() => {}); },
  spin: () => { for (;;); },
  circular: () => { const a = {}; a.a = a; return a; },
  bigint: () => 1n,
  function: () => () => 1,
  large: () => 'x'.repeat(6 * 1024 * 1024),
  heap: () => { for (;;) held.push({ a: [Math.random(), held.length] }); },
  buffers: async () => {
    for (;;) { held.push(Buffer.alloc(8e6, 1)); await new Promise(setImmediate); }
  },
  child: () => {
    const child = spawn('sleep', ['3600'], { stdio: 'inherit' });
    console.log('pid ' + child.pid);
    return new Promise(() => {});
  },
  junk: () => { writeSync(3, '{"token":"x"} junk'); return 'ok'; },
};
exports.main_handler = async (event, context) => acts[event.act](event, context);
exports.echo = async (event) => event;
`;

let root: string;
let runner: FunctionRunner;
let fn: LocalFunction;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fnlog-node-'));
  runner = new FunctionRunner({ clock: systemClock, initLimitMs: 30_000 });
  await writeFile(join(root, 'index.js'), source);
  await writeFile(join(root, 'function.json'), '{"name": "acts"}');
  fn = { ...(await loadLocalFunction(root)), timeLimitMs: 20_000 };
});

afterAll(async () => {
  await runner.close();
  await rm(root, { recursive: true });
});

function run(act: string, changes: Partial<LocalFunction> = {}): Promise<Invocation> {
  return runner.invoke({ ...fn, ...changes }, { act });
}

/** The lines that the function itself wrote. */
function outputOf({ log }: Invocation): string[] {
  return log.split('\n').slice(2, -2);
}

/** A process that nobody has asked about yet is dead too. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

async function waitUntil(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !holds(); i += 1) {
    await pause(25);
  }
  expect(holds()).toBe(true);
}

describe('a run that ends well', () => {
  test('gives a whole record, and its log in the form of SCF', async () => {
    const requestId = 'b684ef85-250a-11e7-839d-5254007d2563';
    const record = await runner.invoke(fn, { act: 'ok' }, { requestId });
    expect(record).toMatchObject({
      namespace: 'default',
      functionName: 'acts',
      qualifier: '$LATEST',
      requestId,
      retryNum: 0,
      billDurationMs: 100,
      memoryLimitBytes: 128 * 1024 * 1024,
      retCode: 0,
      statusCode: 200,
      invokeFinished: true,
      retMsg: '"ok"',
      logCutBytes: 0,
      source: 'runner',
    });
    expect(record.durationUs).toBeGreaterThan(0);
    expect(record.initDurationUs).toBeGreaterThan(0);
    expect(record.memUsageBytes).toBeGreaterThan(10e6);
    expect(record.log).toMatch(
      new RegExp(
        `^START RequestId: ${requestId}\nEvent RequestId: ${requestId}\nloaded\n` +
          `END RequestId: ${requestId}\nReport RequestId: ${requestId} ` +
          'Duration:[\\d.]+ms Memory:128MB MemUsage:[\\d.]+MB$',
      ),
    );
  });

  test('a second run has the same process, and no cold start', async () => {
    const first = await run('pid');
    const second = await run('pid');
    expect(second.retMsg).toBe(first.retMsg);
    expect(second.initDurationUs).toBeNull();
    expect(second.requestId).not.toBe(first.requestId);
    expect(outputOf(second)).toEqual([]);
  });

  test('the context says what SCF says', async () => {
    const record = await run('context', { environment: { LEVEL: 'info' }, namespace: 'shop' });
    const context = JSON.parse(record.retMsg);
    expect(context).toMatchObject({
      request_id: record.requestId,
      function_name: 'acts',
      function_version: '$LATEST',
      namespace: 'shop',
      memory_limit_in_mb: 128,
      time_limit_in_ms: 20_000,
    });
    expect(JSON.parse(context.environment)).toMatchObject({
      LEVEL: 'info',
      SCF_NAMESPACE: 'shop',
      SCF_FUNCTIONNAME: 'acts',
    });
    expect(record.namespace).toBe('shop');
  });

  test("the process sees its own variables and none of the server's", async () => {
    process.env['FNLOG_SECRET_KEY'] = 'secret';
    const record = await run('env', { environment: { LEVEL: 'debug' } });
    delete process.env['FNLOG_SECRET_KEY'];
    const names = Object.keys(JSON.parse(record.retMsg)).sort();
    const optional = ['HOME', 'LANG', 'TZ'].filter((name) => process.env[name] !== undefined);
    const shell = ['PWD', 'OLDPWD', 'SHLVL', '_'].filter((name) => names.includes(name));
    expect(names).toEqual(
      [
        ...optional,
        ...shell,
        'LEVEL',
        'PATH',
        'SCF_FUNCTIONNAME',
        'SCF_FUNCTIONVERSION',
        'SCF_NAMESPACE',
        'SCF_RUNTIME',
        'TENCENTCLOUD_RUNENV',
        'USER_CODE_ROOT',
      ].sort(),
    );
    expect(record.retMsg).not.toContain('secret');
  });

  test('both streams and a child process are logged in the order of their writes', async () => {
    const expected = Array.from({ length: 300 }, (_, i) => [`out ${i}`, `err ${i}`]).flat();
    const lines = outputOf(await run('log')).filter((line) => line !== 'loaded');
    expect(lines).toEqual([...expected, 'child', 'after child']);
  });

  test('a log over the bound is cut in the middle and says so', async () => {
    const { log, logCutBytes } = await run('longLog');
    expect(logCutBytes).toBeGreaterThan(2_000_000);
    expect(log.length).toBeLessThan(4.1 * 1024 * 1024);
    expect(log).toContain('\nbegin\n');
    expect(log).toContain(`[fnlog: ${logCutBytes} bytes of log cut here]`);
    expect(log).toContain('\nfinish\n');
  });

  test('what is written after the end does not break a later run', async () => {
    expect((await run('background')).retMsg).toBe('null');
    const later = await run('wait');
    expect(later.retMsg).toBe('"waited"');
    expect(later.initDurationUs).toBeNull();
    await pause(50);
    expect(outputOf(await run('ok'))).toEqual([]);
  });

  test('nothing returned is null, and what a function writes to the channel does no harm', async () => {
    expect((await run('half')).retMsg).toMatch(/^"(?:\\ud800|\ufffd)"$/);
    expect(await run('nothing')).toMatchObject({ retCode: 0, retMsg: 'null' });
    expect(await run('junk')).toMatchObject({ retCode: 0, retMsg: '"ok"' });
  });

  test('the event may be any JSON', async () => {
    for (const event of ['text', 3, null, true, [1, { a: 'ü' }]]) {
      const record = await runner.invoke({ ...fn, handler: 'index.echo' }, event);
      expect(JSON.parse(record.retMsg)).toEqual(event);
    }
  });
});

describe('a run that fails', () => {
  test.each([
    ['throw', 430, /^TypeError: no such order\n {4}at .*index\.js/],
    ['throwText', 430, /^plain text$/],
    ['reject', 430, /^Error: refused\n[\s\S]*code: 'E_NO'/],
    ['throwLong', 430, /z\n\[fnlog: the rest is cut\]$/],
    ['circular', 403, /^The result cannot be written as JSON: Converting circular structure/],
    ['bigint', 403, /^The result cannot be written as JSON: .*BigInt/],
    ['function', 403, /^The result cannot be written as JSON: it is a function/],
    ['large', 407, /^The result is 6291458 bytes of JSON; at most 6291456/],
  ])('%s gives %i, and the worker stays warm', async (act, statusCode, retMsg) => {
    const pid = (await run('pid')).retMsg;
    const record = await run(act);
    expect(record).toMatchObject({ retCode: 1, statusCode, invokeFinished: true });
    expect(record.retMsg).toMatch(retMsg);
    expect(record.retMsg).not.toContain('node-worker');
    expect((await run('pid')).retMsg).toBe(pid);
  });

  test.each([
    ['forgotten', 430, /^Error: nobody waits\n {4}at/],
    ['uncaught', 430, /^Error: from a timer\n {4}at/],
    ['exit', 439, /^The function ended its own process with exit code 3 /],
    ['crash', 439, /^The process of the function was ended by SIGSEGV /],
  ])('%s gives %i, and the worker is replaced', async (act, statusCode, retMsg) => {
    const pid = (await run('pid')).retMsg;
    const record = await run(act);
    expect(record).toMatchObject({ retCode: 1, statusCode });
    expect(record.retMsg).toMatch(retMsg);
    expect(isAlive(Number(pid))).toBe(false);
    if (act === 'exit') {
      expect(outputOf(record)).toEqual(['going']);
    }
  });

  test('an error after the end does not touch the next run', async () => {
    expect(await run('lateUncaught')).toMatchObject({ retCode: 0 });
    await pause(100);
    expect(await run('ok')).toMatchObject({ retCode: 0 });
  });

  test.each(['never', 'spin'])('%s is ended at the time limit', async (act) => {
    const record = await run(act, { timeLimitMs: 300 });
    expect(record).toMatchObject({ retCode: 1, statusCode: 433 });
    expect(record.retMsg).toMatch(/^Invoking task timed out after 0\.3 seconds\. /);
    expect(record.durationUs).toBeGreaterThanOrEqual(299_000);
  });

  test.each(['heap', 'buffers'])('%s over the memory limit gives 434', async (act) => {
    const record = await run(act);
    expect(record).toMatchObject({ retCode: 1, statusCode: 434 });
    expect(record.retMsg).toMatch(/^The memory limit of 128 MB was exceeded: .*raise memoryMb/);
    expect(record.memUsageBytes).toBeGreaterThan(64 * 1024 * 1024);
  });

  test('what the function has started ends with it', async () => {
    const record = await run('child', { timeLimitMs: 500 });
    const pid = Number(/pid (\d+)/.exec(record.log)?.[1]);
    expect(record.statusCode).toBe(433);
    expect(pid).toBeGreaterThan(0);
    await waitUntil(() => !isAlive(pid));
  });
});
