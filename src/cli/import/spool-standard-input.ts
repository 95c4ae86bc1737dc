// Standard input as a file: the embedded engine would take what waits there for rows of its own, so
// all of it is read before a store is opened.

import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface Spool {
  readonly path: string;
  remove(): Promise<void>;
}

/** Reads to the end of standard input, into a file that only this user may read. */
export async function spoolStandardInput(): Promise<Spool> {
  const directory = await mkdtemp(join(tmpdir(), 'fnlog-input-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  const path = join(directory, 'input');
  try {
    await pipeline(process.stdin, createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, remove };
}
