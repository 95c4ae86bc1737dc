// Functions are found and their settings checked, on real folders.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadLocalFunction, loadLocalFunctions, splitHandler } from './local-function.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'fnlog-functions-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function write(path: string, content: unknown = ''): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
}

describe('loadLocalFunction', () => {
  test("a folder with index.js is a Node function with SCF's defaults", async () => {
    await write('hello/index.js');
    expect(await loadLocalFunction(join(root, 'hello'))).toEqual({
      name: 'hello',
      dir: join(root, 'hello'),
      runtime: 'nodejs',
      handler: 'index.main_handler',
      timeLimitMs: 3000,
      memoryLimitBytes: 128 * 1024 * 1024,
      environment: {},
    });
  });

  test.each([
    ['index.cjs', 'nodejs'],
    ['index.mjs', 'nodejs'],
    ['index.py', 'python3'],
  ])('a folder with %s is a %s function', async (file, runtime) => {
    await write(`hello/${file}`);
    expect(await loadLocalFunction(join(root, 'hello'))).toMatchObject({ runtime });
  });

  test('function.json sets everything', async () => {
    const settings = {
      name: 'other',
      handler: 'src/app.lambda_handler',
      timeoutSeconds: 0.5,
      memoryMb: 256,
      environment: { LEVEL: 'info' },
      description: 'what it does',
    };
    await write('hello/src/app.py');
    await write('hello/function.json', settings);
    expect(await loadLocalFunction(join(root, 'hello'))).toEqual({
      name: 'other',
      dir: join(root, 'hello'),
      runtime: 'python3',
      handler: 'src/app.lambda_handler',
      timeLimitMs: 500,
      memoryLimitBytes: 256 * 1024 * 1024,
      environment: { LEVEL: 'info' },
      description: 'what it does',
    });
  });

  test('an unknown key is refused with its name and what is accepted', async () => {
    await write('hello/index.js');
    await write('hello/function.json', { timeout: 3 });
    await expect(loadLocalFunction(join(root, 'hello'))).rejects.toMatchObject({
      code: 'invalid_setting',
      message:
        `${join(root, 'hello', 'function.json')}: unknown key "timeout"; accepted: ` +
        'name, runtime, handler, timeoutSeconds, memoryMb, environment, description',
    });
  });

  test.each([
    ['name', '1st'],
    ['runtime', 'php'],
    ['handler', 'index'],
    ['handler', '../index.main_handler'],
    ['handler', '/etc/index.main_handler'],
    ['timeoutSeconds', 0],
    ['timeoutSeconds', '3'],
    ['memoryMb', 12],
    ['memoryMb', 128.5],
    ['environment', { SCF_NAMESPACE: 'x' }],
    ['environment', { LEVEL: 3 }],
    ['description', 3],
  ])('%s %j is refused with field and what is accepted', async (field, value) => {
    await write('hello/index.js');
    await write('hello/function.json', { [field]: value });
    const expected = new RegExp(`function\\.json: ${field} ".+ is not accepted; accepted: `);
    await expect(loadLocalFunction(join(root, 'hello'))).rejects.toMatchObject({
      code: 'invalid_setting',
      message: expect.stringMatching(expected),
    });
  });

  test.each(['{', '[]', '3'])('function.json with %s is refused', async (content) => {
    await write('hello/index.js');
    await write('hello/function.json', content);
    await expect(loadLocalFunction(join(root, 'hello'))).rejects.toMatchObject({
      code: 'invalid_setting',
      message: expect.stringContaining('accepted: one JSON object'),
    });
  });

  test('a handler whose file is not there is refused when the runtime is not said', async () => {
    await write('hello/index.js');
    await write('hello/function.json', { handler: 'app.main_handler' });
    await expect(loadLocalFunction(join(root, 'hello'))).rejects.toMatchObject({
      code: 'invalid_setting',
      message: expect.stringContaining('app.js, app.cjs, app.mjs, app.py'),
    });
  });

  test('a folder without code and one that is not there are not found', async () => {
    await write('empty/readme.md');
    for (const dir of ['empty', 'nowhere']) {
      await expect(loadLocalFunction(join(root, dir))).rejects.toMatchObject({
        code: 'not_found',
        message: expect.stringContaining(join(root, dir)),
      });
    }
  });
});

describe('loadLocalFunctions', () => {
  test('gives every function sorted by name and a reason for every other folder', async () => {
    await write('b/index.js');
    await write('a/index.py');
    await write('c/index.js');
    await write('c/function.json', { name: 'Z' });
    await write('docs/readme.md');
    await write('twin/index.js');
    await write('twin/function.json', { name: 'a' });
    await write('.git/index.js');
    await write('node_modules/x/index.js');
    await write('readme.md');
    const { functions, refused } = await loadLocalFunctions(root);
    expect(functions.map((fn) => fn.name)).toEqual(['Z', 'a', 'b']);
    expect(refused.map(({ dir, error }) => [dir, error.code])).toEqual([
      [join(root, 'docs'), 'not_found'],
      [join(root, 'twin'), 'invalid_setting'],
    ]);
  });

  test('the samples of the repository are functions', async () => {
    const { functions, refused } = await loadLocalFunctions(
      join(import.meta.dirname, '../../examples/functions'),
    );
    expect(refused).toEqual([]);
    expect(functions.map((fn) => fn.name)).toEqual([
      'flaky-python',
      'hello-node',
      'missing-handler',
    ]);
  });

  test('a folder that is not there is not found', async () => {
    await expect(loadLocalFunctions(join(root, 'nowhere'))).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

test('a handler is split at its last dot', () => {
  expect(splitHandler('src/a.b.run')).toEqual({ file: 'src/a.b', functionName: 'run' });
});
