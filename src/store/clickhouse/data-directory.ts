// The directory that an embedded fnlog keeps everything in, checked before the engine opens it:
// the engine's own complaints about a bad one are not for people.

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '../../domain/errors.ts';

/** Less than this and the engine cannot even merge what it has. */
const FREE_BYTES_MIN = 64 * 1024 * 1024;
const PROBE_BYTES = 64 * 1024;

/**
 * Makes the directory (mode 0700) where it is missing and proves that it can be written.
 *
 * @param dataDir as the operator gave it
 * @returns the absolute path of the engine's own directory inside it
 * @throws AppError data_dir_unusable with a sentence that says what to do
 */
export function prepareDataDirectory(dataDir: string): string {
  const path = resolve(dataDir);
  const enginePath = join(path, 'store');
  try {
    makeDirectory(path);
    makeDirectory(enginePath);
    probe(path);
  } catch (error) {
    throw unusable(path, error);
  }
  const { bavail, bsize } = statfsSync(path);
  if (bavail * bsize < FREE_BYTES_MIN) {
    throw full(path);
  }
  return enginePath;
}

function makeDirectory(path: string): void {
  if (existsSync(path)) {
    return;
  }
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') {
      // Only where parents are missing: a recursive one reports a read-only disk as ENOENT.
      mkdirSync(path, { recursive: true, mode: 0o700 });
    } else if (code !== 'EEXIST') {
      throw error;
    }
  }
}

function probe(path: string): void {
  const file = join(path, `.write-probe-${process.pid}`);
  try {
    const descriptor = openSync(file, 'w', 0o600);
    try {
      writeSync(descriptor, Buffer.alloc(PROBE_BYTES, 1));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } finally {
    rmSync(file, { force: true });
  }
}

function full(path: string, cause?: unknown): AppError {
  return new AppError(
    'data_dir_unusable',
    `the disk of the data directory ${path} is full (less than ${FREE_BYTES_MIN / 1024 / 1024} MiB free); free some space, or choose another --data-dir`,
    { cause },
  );
}

function unusable(path: string, error: unknown): AppError {
  const code = (error as NodeJS.ErrnoException).code;
  const choose = 'or choose another --data-dir';
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return full(path, error);
    case 'EACCES':
    case 'EPERM':
      return new AppError(
        'data_dir_unusable',
        `the data directory ${path} cannot be read and written by this user; change its owner or mode, ${choose}`,
        { cause: error },
      );
    case 'EROFS':
      return new AppError(
        'data_dir_unusable',
        `the data directory ${path} is on a file system that is mounted read-only; remount it, ${choose}`,
        { cause: error },
      );
    case 'ENOTDIR':
      return new AppError(
        'data_dir_unusable',
        `the data directory ${path} is a file or lies below one; remove that file, ${choose}`,
        { cause: error },
      );
    default:
      return new AppError(
        'data_dir_unusable',
        `the data directory ${path} cannot be used (${code ?? 'unknown error'}); check it, ${choose}`,
        { cause: error },
      );
  }
}
