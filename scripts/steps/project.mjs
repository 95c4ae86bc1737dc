// Where things are, and what the stamps are made of: a stamp is the hash of everything a step
// depends on, written when the step is done, so that the step is left out while nothing changed.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stop } from './stop.mjs';

export const root = realpathSync(join(dirname(fileURLToPath(import.meta.url)), '..', '..'));
export const modulesDir = join(root, 'node_modules');
export const consoleDir = join(root, 'console');
export const distDir = join(root, 'dist');
export const sourceDir = join(root, 'src');

/** The script behind `node_modules/.bin/<name>`, to be run with this Node. */
export function toolPath(name) {
  const link = join(modulesDir, '.bin', name);
  if (!existsSync(link)) {
    throw new Stop(`node_modules has no "${name}"; delete node_modules and run the command again`);
  }
  return realpathSync(link);
}

/** Paths of all files under a folder, sorted, relative to it. */
export function listFiles(dir) {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();
}

/** One hash over names and contents; a missing file counts as such. */
export function hashFiles(dir, files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const path = join(dir, file);
    const content = existsSync(path) ? readFileSync(path) : Buffer.from('missing');
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
