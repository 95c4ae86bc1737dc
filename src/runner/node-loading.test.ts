// Which code the Node worker takes as a function, and what it says about code that it cannot load.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../domain/clock.ts';
import { FunctionRunner } from './function-runner.ts';
import { type LocalFunction, loadLocalFunction } from './local-function.ts';

let root: string;
let runner: FunctionRunner;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fnlog-loading-'));
  runner = new FunctionRunner({ clock: systemClock, initLimitMs: 30_000 });
});

afterAll(async () => {
  await runner.close();
  await rm(root, { recursive: true });
});

const callbackSource = `
exports.main_handler = (event, context, callback) => {
  if (event.never) return;
  setTimeout(() => {
    callback(event.error ?? null, 'first');
    callback(new Error('second'));
  }, 1);
};
`;

async function writeFunction(
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<LocalFunction> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(join(root, name), { recursive: true });
    await writeFile(join(root, name, file), content);
  }
  return loadLocalFunction(join(root, name));
}

describe('a handler', () => {
  test('a callback ends the run, and only the first call counts', async () => {
    const fn = await writeFunction('callback', { 'index.js': callbackSource });
    const callback = { ...fn, timeLimitMs: 1000 };
    expect(await runner.invoke(callback, {})).toMatchObject({ retCode: 0, retMsg: '"first"' });
    expect(await runner.invoke(callback, { error: 'refused' })).toMatchObject({
      statusCode: 430,
      retMsg: 'refused',
    });
    expect(await runner.invoke(callback, { never: true })).toMatchObject({
      statusCode: 433,
      retMsg: expect.stringContaining('timed out after 1 second.'),
    });
  });

  test('a plain function may return its result', async () => {
    const plain = await writeFunction('plain', {
      'index.js': 'exports.main_handler = (event) => "plain " + event;',
    });
    const record = await runner.invoke(plain, 1);
    expect(record.retMsg).toBe('"plain 1"');
  });

  test('an ES module runs too', async () => {
    const module = await writeFunction('module', {
      'index.mjs': 'export const main_handler = async (event) => ({ from: "module", event });',
    });
    const record = await runner.invoke(module, 1);
    expect(record.retMsg).toBe('{"from":"module","event":1}');
  });

  test('changed code is loaded anew', async () => {
    const code = (value: number) => `exports.main_handler = async () => ${value};`;
    const changing = await writeFunction('changing', { 'index.js': code(1) });
    expect((await runner.invoke(changing, {})).retMsg).toBe('1');
    await pause(20);
    await writeFunction('changing', { 'index.js': code(2) });
    expect((await runner.invoke(changing, {})).retMsg).toBe('2');
  });
});

describe('code that cannot be loaded', () => {
  test.each([
    [
      'index.lambda_handler',
      437,
      /exports no function 'lambda_handler'; it exports main_handler\. /,
    ],
    ['other.main_handler', 437, /^no file of the name other\.js, other\.cjs, other\.mjs is there/],
    ['syntax.main_handler', 430, /syntax\.js/],
    ['throws.main_handler', 430, /^Error: no settings\n/],
    ['exits.main_handler', 439, /exit code 7 /],
    ['hangs.main_handler', 450, /^The function's code was not loaded within 1\.5 seconds/],
  ])('%s gives %i', async (handler, statusCode, retMsg) => {
    await writeFunction('broken', {
      'index.js': 'exports.main_handler = async () => 1;',
      'syntax.js': 'exports.main_handler = async () => { return (; };',
      'throws.js': 'throw new Error("no settings");',
      'exits.js': 'process.exit(7);',
      'hangs.js': 'for (;;);',
    });
    const broken = { ...(await loadLocalFunction(join(root, 'broken'))), handler };
    const hasty = new FunctionRunner({ clock: systemClock, initLimitMs: 1500 });
    const used = statusCode === 450 ? hasty : runner;
    const record = await used.invoke(broken, {});
    await hasty.close();
    expect(record).toMatchObject({ retCode: 1, statusCode, durationUs: 0 });
    expect(record.retMsg).toMatch(retMsg);
  });

  test('a folder that has gone gives a sentence', async () => {
    const good = await writeFunction('good', { 'index.js': '' });
    const record = await runner.invoke({ ...good, dir: join(root, 'gone') }, {});
    expect(record).toMatchObject({ retCode: 1, statusCode: 445 });
    expect(record.retMsg).toContain('could not be started');
  });
});
