// How runs share workers: concurrency, waiting, the idle ones, and the end of everything.

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../domain/clock.ts';
import { FunctionRunner, type FunctionRunnerOptions } from './function-runner.ts';
import { type LocalFunction, loadLocalFunction } from './local-function.ts';

const source = `
exports.main_handler = async (event) => {
  console.log('run ' + event.number);
  await new Promise((resolve) => setTimeout(resolve, event.waitMs ?? 0));
  return process.pid;
};
`;

let root: string;
let fn: LocalFunction;
const runners: FunctionRunner[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fnlog-runner-'));
  await writeFile(join(root, 'index.js'), source);
  await writeFile(join(root, 'function.json'), '{"name": "sleeper", "timeoutSeconds": 30}');
  fn = await loadLocalFunction(root);
});

afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.close()));
});

afterAll(async () => {
  await rm(root, { recursive: true });
});

function newRunner(options: Partial<FunctionRunnerOptions> = {}): FunctionRunner {
  const runner = new FunctionRunner({ clock: systemClock, initLimitMs: 30_000, ...options });
  runners.push(runner);
  return runner;
}

function isAlive(pid: string): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

async function waitUntilGone(pid: string): Promise<void> {
  for (let i = 0; i < 400 && isAlive(pid); i += 1) {
    await pause(25);
  }
  expect(isAlive(pid)).toBe(false);
}

test('eight runs at once have eight processes and eight logs of their own', async () => {
  const runner = newRunner({ workersMax: 8 });
  const records = await Promise.all(
    Array.from({ length: 8 }, (_, number) => runner.invoke(fn, { number, waitMs: 3000 })),
  );
  expect(new Set(records.map((record) => record.retMsg)).size).toBe(8);
  expect(new Set(records.map((record) => record.requestId)).size).toBe(8);
  records.forEach((record, number) => {
    expect(record.log.split('\n').slice(2, -2)).toEqual([`run ${number}`]);
  });
  await runner.close();
  expect(records.filter((record) => isAlive(record.retMsg))).toEqual([]);
});

test('runs over the bound wait their turn, and are refused when too many wait', async () => {
  const runner = newRunner({ workersMax: 1, waitingMax: 2 });
  const runs = [0, 1, 2].map((number) => runner.invoke(fn, { number }));
  await pause(0);
  await expect(runner.invoke(fn, { number: 3 })).rejects.toMatchObject({
    code: 'overloaded',
    message: '1 runs go on and 2 wait; accepted: at most 2 that wait; try again later',
  });
  const records = await Promise.all(runs);
  expect(new Set(records.map((record) => record.retMsg)).size).toBe(1);
});

test('an idle worker makes room for another function when the bound is reached', async () => {
  const runner = newRunner({ workersMax: 1 });
  const first = await runner.invoke(fn, {});
  const other = await runner.invoke({ ...fn, name: 'other' }, {});
  expect(other.functionName).toBe('other');
  await waitUntilGone(first.retMsg);
});

test('an idle worker is ended after a while', async () => {
  const runner = newRunner({ idleMs: 50 });
  const { retMsg } = await runner.invoke(fn, {});
  await waitUntilGone(retMsg);
  expect((await runner.invoke(fn, {})).initDurationUs).toBeGreaterThan(0);
});

test('the start of a run is the time of the clock that was given', async () => {
  const runner = newRunner({ clock: { now: () => 1_492_611_360_123.5 } });
  const record = await runner.invoke(fn, {});
  expect(record.startTimeUs).toBe(1_492_611_360_123_500);
});

test('close cuts off what runs, refuses what waits and comes, and leaves no process', async () => {
  const runner = newRunner({ workersMax: 1 });
  const { retMsg: pid } = await runner.invoke(fn, {});
  const running = runner.invoke(fn, { waitMs: 20_000 });
  await pause(200);
  const waiting = expect(runner.invoke(fn, {})).rejects.toMatchObject({ code: 'overloaded' });
  await pause(0);
  await runner.close();
  expect(isAlive(pid)).toBe(false);
  expect(await running).toMatchObject({ retCode: 3, statusCode: 499, invokeFinished: true });
  await waiting;
  await expect(runner.invoke(fn, {})).rejects.toMatchObject({ code: 'overloaded' });
});

test('an event that is no JSON, or too large, is refused', async () => {
  const runner = newRunner();
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  for (const event of [circular, () => 1, 1n]) {
    await expect(runner.invoke(fn, event)).rejects.toMatchObject({ code: 'invalid_parameter' });
  }
  await expect(runner.invoke(fn, 'x'.repeat(6 * 1024 * 1024))).rejects.toMatchObject({
    code: 'body_too_large',
  });
});

test('a large event goes in whole', async () => {
  const runner = newRunner();
  const number = 'x'.repeat(5 * 1024 * 1024);
  const record = await runner.invoke({ ...fn, memoryLimitBytes: 1024 ** 3 }, { number });
  expect(record.retCode).toBe(0);
  expect(record.logCutBytes).toBeGreaterThan(0);
});

test('a runtime that is not on the machine is told in a sentence', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = root;
  const runner = newRunner();
  const python = { ...fn, runtime: 'python3' } as const;
  const found = await runner.available(python);
  process.env['PATH'] = path;
  expect(found).toEqual({
    available: false,
    reason: 'python3 was not found; install Python 3.8 or later and put it on the PATH',
  });
  expect(await runner.available(fn)).toEqual({ available: true });
  await expect(runner.invoke(python, {})).rejects.toMatchObject({
    code: 'not_found',
    message: expect.stringContaining('function "sleeper" cannot run: python3 was not found'),
  });
});
