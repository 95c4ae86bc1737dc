// How the worker program of each runtime is started, and whether that runtime is there at all.

import { execFile } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Runtime } from './function-settings.ts';
import type { LocalFunction } from './local-function.ts';

const MIB = 1024 * 1024;
const PYTHON = 'python3';
const PYTHON_CHECK_MS = 10_000;

/**
 * What a bare runtime needs with some room: a function with a smaller limit is only ended when its
 * process holds more than this. For every other the limit counts as it stands.
 */
const memoryFloorBytes: Readonly<Record<Runtime, number>> = {
  nodejs: 128 * MIB,
  python3: 48 * MIB,
};

export type Availability =
  | { readonly available: true }
  /** A sentence for the user. */
  | { readonly available: false; readonly reason: string };

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** The program that runs functions of this kind, with its memory settings. */
export function workerCommand(fn: LocalFunction): Command {
  if (fn.runtime === 'python3') {
    const program = fileURLToPath(new URL('./python-worker.py', import.meta.url));
    // Unbuffered, so that both streams and child processes write in the order of their calls.
    return { file: PYTHON, args: ['-u', program] };
  }
  const ending = extname(fileURLToPath(import.meta.url));
  const program = fileURLToPath(new URL(`./node-worker${ending}`, import.meta.url));
  const loader = ending === '.ts' ? ['--import', import.meta.resolve('tsx')] : [];
  return { file: process.execPath, args: [...heapFlags(fn), ...loader, program] };
}

/** Above this many resident bytes a worker is ended. */
export function residentBytesMax(fn: LocalFunction): number {
  return Math.max(fn.memoryLimitBytes, memoryFloorBytes[fn.runtime]);
}

/** Whether functions of a runtime can run on this machine. */
export async function checkRuntime(runtime: Runtime): Promise<Availability> {
  if (runtime === 'nodejs') {
    return { available: true };
  }
  try {
    const check = 'import sys; print(sys.version_info >= (3, 8))';
    const run = promisify(execFile);
    const { stdout } = await run(PYTHON, ['-c', check], { timeout: PYTHON_CHECK_MS });
    return stdout.trim() === 'True'
      ? { available: true }
      : { available: false, reason: `${PYTHON} is older than 3.8; install Python 3.8 or later` };
  } catch {
    return {
      available: false,
      reason: `${PYTHON} was not found; install Python 3.8 or later and put it on the PATH`,
    };
  }
}

/**
 * V8 lets garbage grow up to its own limit, so this one lies below the function's by what the rest
 * of a Node process takes. Without it a run could be ended over memory that nothing uses.
 */
function heapFlags(fn: LocalFunction): string[] {
  const limitMb = residentBytesMax(fn) / MIB;
  const oldSpaceMb = Math.floor(Math.max(limitMb - 64, limitMb / 2));
  const semiSpaceMb = Math.min(16, Math.max(2, Math.floor(limitMb / 32)));
  return [`--max-old-space-size=${oldSpaceMb}`, `--max-semi-space-size=${semiSpaceMb}`];
}
