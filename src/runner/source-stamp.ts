// Tells whether the code of a function has changed since a worker loaded it.

import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

const sourceEndings = new Set(['.js', '.cjs', '.mjs', '.json', '.py']);
const passedOver = new Set(['node_modules', '__pycache__']);
/** Enough for a function written by hand; more would slow down every run. */
const FILES_MAX = 500;

/**
 * A value that is another one after a source file was changed, added or removed. Folders of
 * dependencies are not looked at, nor anything after the first few hundred files.
 */
export async function sourceStamp(dir: string): Promise<string> {
  const folders = [dir];
  let newestMs = 0;
  let count = 0;
  while (count < FILES_MAX) {
    const folder = folders.pop();
    if (folder === undefined) {
      break;
    }
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && !passedOver.has(entry.name)) {
          folders.push(path);
        }
      } else if (sourceEndings.has(extname(entry.name))) {
        count += 1;
        newestMs = Math.max(newestMs, (await stat(path).catch(() => undefined))?.mtimeMs ?? 0);
      }
    }
  }
  return `${count}:${newestMs}`;
}
