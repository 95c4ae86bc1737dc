// Every way in which a Python function can end, on real worker processes.

import { spawnSync } from 'node:child_process';
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

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** One function whose event says what it does. */
const source = `
import os, signal, subprocess, sys, threading, time

print("loaded")
held = []


def log(event, context):
    for i in range(300):
        sys.stdout.write("out %d\\n" % i)
        sys.stderr.write("err %d\\n" % i)
    subprocess.run(["echo", "child"])
    os.write(2, b"after child\\n")


def fail(event, context):
    raise KeyError("order")


def never(event, context):
    print("waiting")
    time.sleep(3600)


def spin(event, context):
    while True:
        pass


def memory(event, context):
    while True:
        held.append(bytearray(8000000))


def child(event, context):
    print("pid", subprocess.Popen(["sleep", "3600"]).pid)
    time.sleep(3600)


def background(event, context):
    def work():
        time.sleep(0.1)
        print("from the background")
    threading.Thread(target=work).start()


def fork(event, context):
    if os.fork() == 0:
        return "child"
    os.wait()
    return "parent"


acts = {
    "pid": lambda event, context: os.getpid(),
    "context": lambda event, context: context,
    "env": lambda event, context: dict(os.environ),
    "unicode": lambda event, context: print("\\u00fc") or "\\u00fc",
    "nothing": lambda event, context: None,
    "wait": lambda event, context: time.sleep(0.4),
    "exit": lambda event, context: sys.exit(3),
    "hardExit": lambda event, context: os._exit(4),
    "crash": lambda event, context: os.kill(os.getpid(), signal.SIGSEGV),
    "object": lambda event, context: object(),
    "nan": lambda event, context: float("nan"),
    "large": lambda event, context: "x" * (6 * 1024 * 1024),
    "memoryError": lambda event, context: bytearray(1 << 60),
    "junk": lambda event, context: os.write(3, b'{"token":"x"} junk') and None,
}


def main_handler(event, context):
    return (acts.get(event["act"]) or globals()[event["act"]])(event, context)


def echo(event, context):
    return event
`;

let root: string;
let runner: FunctionRunner;
let fn: LocalFunction;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fnlog-python-'));
  await writeFile(join(root, 'index.py'), source);
  await writeFile(join(root, 'function.json'), '{"name": "acts"}');
  await writeFile(join(root, 'syntax.py'), 'def main_handler(event, context)\n  return 1\n');
  await writeFile(join(root, 'throws.py'), 'raise ValueError("no settings")\n');
  await writeFile(join(root, 'exits.py'), 'import sys\nsys.exit(7)\n');
  runner = new FunctionRunner({ clock: systemClock, initLimitMs: 30_000 });
  fn = { ...(await loadLocalFunction(root)), timeLimitMs: 20_000 };
});

afterAll(async () => {
  await runner.close();
  await rm(root, { recursive: true });
});

function run(act: string, changes: Partial<LocalFunction> = {}): Promise<Invocation> {
  return runner.invoke({ ...fn, ...changes }, { act });
}

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

describe.skipIf(!hasPython)('a Python run that ends well', () => {
  test('gives a record, first cold and then warm in the same process', async () => {
    const first = await run('pid');
    expect(first).toMatchObject({
      functionName: 'acts',
      retCode: 0,
      statusCode: 200,
      billDurationMs: 100,
      source: 'runner',
    });
    expect(first.initDurationUs).toBeGreaterThan(0);
    expect(first.memUsageBytes).toBeGreaterThan(5e6);
    expect(outputOf(first)).toEqual(['loaded']);
    const second = await run('pid');
    expect(second).toMatchObject({ retMsg: first.retMsg, initDurationUs: null });
    expect(outputOf(second)).toEqual([]);
  });

  test('the context is a dict with what SCF says', async () => {
    const record = await run('context');
    const context = JSON.parse(record.retMsg);
    expect(context).toMatchObject({
      request_id: record.requestId,
      function_name: 'acts',
      memory_limit_in_mb: 128,
      time_limit_in_ms: 20_000,
    });
    expect(JSON.parse(context.environment)).toMatchObject({ SCF_RUNTIME: 'Python3' });
  });

  test("the process sees its own variables and none of the server's", async () => {
    process.env['FNLOG_SECRET_KEY'] = 'secret';
    const record = await run('env', { environment: { LEVEL: 'debug' } });
    delete process.env['FNLOG_SECRET_KEY'];
    expect(JSON.parse(record.retMsg)).toMatchObject({ LEVEL: 'debug', SCF_FUNCTIONNAME: 'acts' });
    expect(record.retMsg).not.toContain('secret');
    expect(record.retMsg).not.toContain('VITEST');
  });

  test('both streams and a child process are logged in the order of their writes', async () => {
    const expected = Array.from({ length: 300 }, (_, i) => [`out ${i}`, `err ${i}`]).flat();
    expect(outputOf(await run('log'))).toEqual([...expected, 'child', 'after child']);
  });

  test('text outside of ASCII comes through, and None is null', async () => {
    const record = await run('unicode');
    expect(record.retMsg).toBe('"ü"');
    expect(outputOf(record)).toEqual(['ü']);
    expect((await run('nothing')).retMsg).toBe('null');
    expect(await run('junk')).toMatchObject({ retCode: 0, retMsg: 'null' });
  });

  test('what is written after the end does not break a later run', async () => {
    expect((await run('background')).retCode).toBe(0);
    expect(await run('wait')).toMatchObject({ retCode: 0, initDurationUs: null });
    await pause(50);
    expect(outputOf(await run('nothing'))).toEqual([]);
  });

  test('a forked child does not answer in the place of its parent', async () => {
    expect(await run('fork')).toMatchObject({ retCode: 0, retMsg: '"parent"' });
    expect((await run('nothing')).initDurationUs).toBeNull();
  });

  test('the event may be any JSON', async () => {
    for (const event of ['text', 3, null, true, [1, { a: 'ü' }]]) {
      const record = await runner.invoke({ ...fn, handler: 'index.echo' }, event);
      expect(JSON.parse(record.retMsg)).toEqual(event);
    }
  });
});

describe.skipIf(!hasPython)('a Python run that fails', () => {
  test.each([
    [
      'fail',
      430,
      /^Traceback .*\n {2}File ".*index\.py", line \d+, in main_handler\n[\s\S]*KeyError: 'order'$/,
    ],
    ['object', 403, /^The result cannot be written as JSON: Object of type object/],
    ['nan', 403, /^The result cannot be written as JSON: Out of range float/],
    ['large', 407, /^The result is 6291458 bytes of JSON; at most 6291456/],
  ])('%s gives %i, and the worker stays warm', async (act, statusCode, retMsg) => {
    const pid = (await run('pid')).retMsg;
    const record = await run(act);
    expect(record).toMatchObject({ retCode: 1, statusCode });
    expect(record.retMsg).toMatch(retMsg);
    expect(record.retMsg).not.toContain('python-worker');
    expect((await run('pid')).retMsg).toBe(pid);
  });

  test.each([
    ['exit', 439, /^The function ended its own process with sys\.exit\(3\) /],
    ['hardExit', 439, /^The function ended its own process with exit code 4 /],
    ['crash', 439, /^The process of the function was ended by SIGSEGV /],
    ['memory', 434, /^The memory limit of 128 MB was exceeded: the process held /],
    ['memoryError', 434, /MemoryError$/],
  ])('%s gives %i, and the worker is replaced', async (act, statusCode, retMsg) => {
    const pid = Number((await run('pid')).retMsg);
    const record = await run(act);
    expect(record).toMatchObject({ retCode: 1, statusCode });
    expect(record.retMsg).toMatch(retMsg);
    expect(isAlive(pid)).toBe(false);
  });

  test.each(['never', 'spin'])('%s is ended at the time limit', async (act) => {
    const record = await run(act, { timeLimitMs: 1000 });
    expect(record).toMatchObject({ retCode: 1, statusCode: 433 });
    expect(record.retMsg).toMatch(/^Invoking task timed out after 1 second\. /);
    expect(outputOf(record).slice(1)).toEqual(act === 'never' ? ['waiting'] : []);
  });

  test('what the function has started ends with it', async () => {
    const record = await run('child', { timeLimitMs: 1000 });
    const pid = Number(/pid (\d+)/.exec(record.log)?.[1]);
    expect(pid).toBeGreaterThan(0);
    for (let i = 0; i < 400 && isAlive(pid); i += 1) {
      await pause(25);
    }
    expect(isAlive(pid)).toBe(false);
  });

  test.each([
    [
      'index.lambda_handler',
      437,
      /^'module' object has no attribute 'lambda_handler'; index\.py defines .*main_handler/,
    ],
    ['other.main_handler', 437, /^no file of the name other\.py is there/],
    ['syntax.main_handler', 430, /syntax\.py", line 1\n[\s\S]*SyntaxError/],
    ['throws.main_handler', 430, /throws\.py", line 1[\s\S]*ValueError: no settings$/],
    ['exits.main_handler', 439, /sys\.exit\(7\)/],
  ])('code that cannot be loaded, %s, gives %i', async (handler, statusCode, retMsg) => {
    const record = await runner.invoke({ ...fn, handler }, {});
    expect(record).toMatchObject({ retCode: 1, statusCode, durationUs: 0 });
    expect(record.retMsg).toMatch(retMsg);
    expect(record.retMsg).not.toContain('importlib');
  });
});

test.skipIf(hasPython)('without python3 a run is refused with a sentence', async () => {
  await expect(runner.invoke(fn, {})).rejects.toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('python3 was not found'),
  });
});
