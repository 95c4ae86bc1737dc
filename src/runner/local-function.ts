// Finds the functions in a folder and what each asks for. Reads names and settings only: the code
// is loaded by a worker process, never here.

import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AppError } from '../domain/errors.ts';
import {
  type FunctionSettings,
  namePattern,
  type Runtime,
  readFunctionSettings,
  runtimes,
  SETTINGS_FILE,
} from './function-settings.ts';

/** The endings of an entry file, in the order in which they are looked for. */
export const entryEndings: Readonly<Record<Runtime, readonly string[]>> = {
  nodejs: ['.js', '.cjs', '.mjs'],
  python3: ['.py'],
};

/** SCF's defaults. */
const HANDLER_DEFAULT = 'index.main_handler';
const TIMEOUT_SECONDS_DEFAULT = 3;
const MEMORY_MB_DEFAULT = 128;

const MIB = 1024 * 1024;

export interface LocalFunction {
  readonly name: string;
  /** Absolute. */
  readonly dir: string;
  readonly runtime: Runtime;
  /** `file.function`, the file without its ending and relative to `dir`. */
  readonly handler: string;
  readonly timeLimitMs: number;
  readonly memoryLimitBytes: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly description?: string;
  /** `default` where none is given. */
  readonly namespace?: string;
  /** `$LATEST` where none is given. */
  readonly qualifier?: string;
}

/** A folder that could not be taken, with the reason. */
interface RefusedFolder {
  readonly dir: string;
  /** not_found: holds no function. invalid_setting: holds one whose settings are not accepted. */
  readonly error: AppError;
}

export interface LocalFunctions {
  /** Sorted by name; no two have the same. */
  readonly functions: readonly LocalFunction[];
  readonly refused: readonly RefusedFolder[];
}

/**
 * The function in one folder.
 *
 * @param dir holds index.js, index.cjs, index.mjs or index.py, and may hold function.json
 * @throws AppError not_found: there is no function. invalid_setting: function.json is not accepted
 */
export async function loadLocalFunction(dir: string): Promise<LocalFunction> {
  const path = resolve(dir);
  await checkFolder(path);
  const settings = await readFunctionSettings(path);
  const handler = settings.handler ?? HANDLER_DEFAULT;
  const runtime = settings.runtime ?? (await detectRuntime(path, handler, settings));
  return {
    name: settings.name ?? nameOfFolder(path),
    dir: path,
    runtime,
    handler,
    timeLimitMs: Math.round((settings.timeoutSeconds ?? TIMEOUT_SECONDS_DEFAULT) * 1000),
    memoryLimitBytes: (settings.memoryMb ?? MEMORY_MB_DEFAULT) * MIB,
    environment: settings.environment ?? {},
    ...(settings.description === undefined ? {} : { description: settings.description }),
  };
}

/**
 * Every function below a folder: each subfolder is one. Names that begin with a dot and
 * node_modules are passed over.
 *
 * @throws AppError not_found: the folder itself is not there
 */
export async function loadLocalFunctions(parentDir: string): Promise<LocalFunctions> {
  const parent = resolve(parentDir);
  await checkFolder(parent);
  const byName = new Map<string, LocalFunction>();
  const refused: RefusedFolder[] = [];
  for (const entry of (await readdir(parent)).sort()) {
    const dir = join(parent, entry);
    if (entry.startsWith('.') || entry === 'node_modules' || !(await isFolder(dir))) {
      continue;
    }
    try {
      const fn = await loadLocalFunction(dir);
      checkNameIsFree(fn, byName.get(fn.name));
      byName.set(fn.name, fn);
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw error;
      }
      refused.push({ dir, error });
    }
  }
  const functions = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { functions, refused };
}

/** The parts of a handler such as `index.main_handler`. */
export function splitHandler(handler: string): { file: string; functionName: string } {
  const dot = handler.lastIndexOf('.');
  return { file: handler.slice(0, dot), functionName: handler.slice(dot + 1) };
}

function nameOfFolder(dir: string): string {
  const name = basename(dir);
  if (!namePattern.test(name)) {
    throw new AppError(
      'invalid_setting',
      `${dir}: the folder's name "${name}" cannot be a function's name; accepted: a letter, ` +
        `then letters, digits, "-" and "_", at most 60 in all; or set name in ${SETTINGS_FILE}`,
    );
  }
  return name;
}

function checkNameIsFree(fn: LocalFunction, other: LocalFunction | undefined): void {
  if (other !== undefined) {
    throw new AppError(
      'invalid_setting',
      `${fn.dir}: name "${fn.name}" is taken by ${other.dir}; accepted: a name of its own, ` +
        `set in ${SETTINGS_FILE}`,
    );
  }
}

async function detectRuntime(
  dir: string,
  handler: string,
  settings: FunctionSettings,
): Promise<Runtime> {
  const { file } = splitHandler(handler);
  for (const runtime of runtimes) {
    for (const ending of entryEndings[runtime]) {
      if (await isFile(join(dir, `${file}${ending}`))) {
        return runtime;
      }
    }
  }
  const looked = runtimes.flatMap((runtime) => entryEndings[runtime].map((end) => `${file}${end}`));
  if (settings.handler !== undefined) {
    throw new AppError(
      'invalid_setting',
      `${join(dir, SETTINGS_FILE)}: handler "${handler}" names a file that is not there; ` +
        `accepted: the name of one of ${looked.join(', ')}`,
    );
  }
  throw new AppError(
    'not_found',
    `${dir}: holds no function; accepted: a folder with one of ${looked.join(', ')}`,
  );
}

async function checkFolder(dir: string): Promise<void> {
  if (!(await isFolder(dir))) {
    throw new AppError('not_found', `${dir}: not found; accepted: a folder that is there`);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
