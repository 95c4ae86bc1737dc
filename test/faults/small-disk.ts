// A disk of a few megabytes: a tmpfs of its own, where the test may mount one.

import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KIB = 1024;

/** Why no small disk can be made here; empty where one can. */
export function smallDiskProblem(): string {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'skipped: only root on Linux can mount a small disk';
  }
  const directory = makeMountPoint();
  const problem = mount(directory, 'size=1m');
  if (problem === '') {
    unmount(directory);
  }
  rmdirSync(directory);
  return problem === '' ? '' : `skipped: a small disk cannot be mounted here: ${problem}`;
}

/** @param options of mount, such as size=16m or ro */
export async function withSmallDisk<Result>(
  options: string,
  use: (directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = makeMountPoint();
  const problem = mount(directory, options);
  if (problem !== '') {
    rmdirSync(directory);
    throw new Error(problem);
  }
  try {
    return await use(directory);
  } finally {
    unmount(directory);
    rmdirSync(directory);
  }
}

/**
 * Adds to the file until not one byte more fits on its disk.
 *
 * @param leftBytes so much is left free, to a MiB or so
 */
export function fillDisk(filler: string, leftBytes = 0): void {
  const descriptor = openSync(filler, 'a');
  try {
    if (leftBytes > 0) {
      while (freeBytes(filler) > leftBytes) {
        writeSync(descriptor, Buffer.alloc(KIB * KIB, 1));
      }
      return;
    }
    for (const bytes of [KIB * KIB, 64 * KIB, 4 * KIB, 1]) {
      writeUntilFull(descriptor, Buffer.alloc(bytes, 1));
    }
  } finally {
    closeSync(descriptor);
  }
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

function makeMountPoint(): string {
  return mkdtempSync(join(tmpdir(), 'fnlog-disk-'));
}

function mount(directory: string, options: string): string {
  const args = ['-t', 'tmpfs', '-o', options, 'tmpfs', directory];
  const { status, stderr, error } = spawnSync('mount', args, { encoding: 'utf8' });
  return status === 0 ? '' : (error?.message ?? stderr).trim();
}

/** Lazily where it is still in use, so that nothing is left mounted whatever a test did. */
function unmount(directory: string): void {
  if (spawnSync('umount', [directory]).status !== 0) {
    spawnSync('umount', ['--lazy', directory]);
  }
}

function writeUntilFull(descriptor: number, piece: Buffer): void {
  try {
    for (;;) {
      writeSync(descriptor, piece);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') {
      throw error;
    }
  }
}
