// Who holds the embedded engine's directory. The engine finds out by itself, but says so on
// standard error in words of its own and throws an error that does not tell why: so it is asked
// only where nobody else seems to be there.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../domain/errors.ts';

/** Written and locked by the engine while it runs; a killed one leaves the file, not the lock. */
const STATUS_FILE = 'status';
const LINUX_LOCKS = '/proc/locks';

/**
 * Call before the engine is opened.
 *
 * @param enginePath the engine's own directory
 * @param dataDir the directory as the operator knows it
 * @throws AppError data_dir_in_use where the system lists a lock that another process holds on it
 */
export function assertNotLocked(enginePath: string, dataDir: string): void {
  const owner = lastOwnerOf(enginePath);
  if (owner !== undefined && owner !== process.pid && holdsLock(owner, enginePath)) {
    throw inUse(dataDir, owner);
  }
}

/**
 * Call after the engine could not be opened, for systems that list no locks.
 *
 * @returns the error where the directory's last owner is another process that still runs
 */
export function lockError(enginePath: string, dataDir: string, cause: unknown) {
  const owner = lastOwnerOf(enginePath);
  return owner !== undefined && owner !== process.pid && isRunning(owner)
    ? inUse(dataDir, owner, cause)
    : undefined;
}

function inUse(dataDir: string, owner: number, cause?: unknown): AppError {
  return new AppError(
    'data_dir_in_use',
    `the data directory ${dataDir} is in use by another fnlog (process ${owner}); stop that one, ask it with --server, or choose another --data-dir`,
    { cause },
  );
}

function lastOwnerOf(enginePath: string): number | undefined {
  const pid = /^PID: (\d+)$/m.exec(textOf(join(enginePath, STATUS_FILE)))?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** By process and inode: the device is spelled in other ways on some file systems. */
function holdsLock(pid: number, enginePath: string): boolean {
  const inode = statSync(join(enginePath, STATUS_FILE), { throwIfNoEntry: false })?.ino;
  return textOf(LINUX_LOCKS)
    .split('\n')
    .some((line) => {
      const [, kind, , , holder, place] = line.split(/\s+/);
      return kind === 'FLOCK' && holder === String(pid) && place?.endsWith(`:${inode}`);
    });
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Empty where there is nothing to read. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
