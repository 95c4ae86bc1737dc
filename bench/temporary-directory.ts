// Directories that are gone after the bench.

import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { undoAtExit } from './undo-at-exit.ts';

export interface TemporaryDirectory {
  readonly path: string;
  remove(): void;
}

/** @param parent an existing directory */
export function temporaryDirectory(parent: string): TemporaryDirectory {
  const path = mkdtempSync(join(parent, 'fnlog-bench-'));
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  return { path, remove: undoAtExit(remove) };
}

/** Linux's number for a file system in memory. */
const TMPFS_TYPE = 0x0102_1994;

/** Where true, making data durable costs nothing and an ingest figure is worth nothing. */
export function isInMemory(path: string): boolean {
  return statfsSync(path).type === TMPFS_TYPE;
}
