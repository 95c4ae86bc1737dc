// When the process above them is killed without a word, the workers do not stay.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadLocalFunction } from './local-function.ts';

const source = `
const { spawn } = require('node:child_process');
exports.main_handler = async (event) => {
  if (!event.spin) return [process.pid, spawn('sleep', ['3600']).pid];
  for (;;);
};
`;

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fnlog-guard-'));
  await writeFile(join(root, 'index.js'), source);
  await writeFile(join(root, 'function.json'), '{"name": "busy", "timeoutSeconds": 60}');
});

afterAll(async () => {
  await rm(root, { recursive: true });
});

/** Has one idle and one busy worker, tells the processes below it, and dies. */
async function parentProgram(): Promise<string> {
  const runnerFile = join(import.meta.dirname, 'function-runner.ts');
  return `import { FunctionRunner } from ${JSON.stringify(runnerFile)};
const runner = new FunctionRunner({ clock: { now: Date.now }, initLimitMs: 30_000 });
const fn = ${JSON.stringify(await loadLocalFunction(root))};
const idle = await runner.invoke({ ...fn, name: 'idle' }, {});
const busy = await runner.invoke(fn, {});
void runner.invoke(fn, { spin: true });
setTimeout(() => {
  process.stdout.write('[' + idle.retMsg + ',' + busy.retMsg + ']', () => {
    process.kill(process.pid, 'SIGKILL');
  });
}, 300);`;
}

/** A process that nobody has asked about yet is dead too. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

test('idle and busy workers end, and what their functions have started', async () => {
  const program = join(root, 'parent.mts');
  await writeFile(program, await parentProgram());
  const args = ['--import', import.meta.resolve('tsx'), program];
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, (_error, stdout) => resolve(stdout));
  });
  const pids: number[] = JSON.parse(output).flat();
  expect(pids).toHaveLength(4);
  for (let i = 0; i < 400 && pids.some(isAlive); i += 1) {
    await pause(25);
  }
  expect(pids.filter(isAlive)).toEqual([]);
});
