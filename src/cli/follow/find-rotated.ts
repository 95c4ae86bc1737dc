// The files beside a followed one that may hold what was not delivered yet.

import type { BigIntStats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DirectoryView } from './directory-view.ts';
import type { FilePosition } from './follow-state.ts';
import type { FileIdentity } from './followed-file.ts';
import { type Aged, isGzipName, isRotatedName, plainNameOf } from './rotated-name.ts';
import type { Surroundings } from './surroundings.ts';

export interface FoundFile extends Aged {
  readonly path: string;
  readonly stats: BigIntStats;
  /** It has the name of a rotated file, and was written since its path is followed. */
  readonly isNew: boolean;
}

export interface SearchedPath {
  /** The followed file, without symbolic links. */
  readonly realPath: string;
  readonly known: readonly FilePosition[];
  readonly sinceNs: bigint;
}

export interface FoundRotated {
  readonly found: readonly FoundFile[];
  /** Of `known` those whose files are there, with nothing new in them. */
  readonly consumed: readonly FilePosition[];
}

/** @returns files that are not open, in no order */
export async function findRotated(
  view: DirectoryView,
  { realPath, known, sinceNs }: SearchedPath,
  around: Pick<Surroundings, 'isOpen' | 'isFollowed'>,
): Promise<FoundRotated> {
  const found: FoundFile[] = [];
  const consumed: FilePosition[] = [];
  const names = await view.names();
  const isHome = view.path === dirname(realPath);
  // A file that is missed may have any name by now.
  const isMissing = known.some(({ finished }) => finished === null);
  for (const name of names) {
    const path = join(view.path, name);
    const isRotated = isHome && isRotatedName(name, basename(realPath));
    const isOurs = isRotated || isMissing || (known.length > 0 && around.isFollowed(path));
    const stats = isOurs ? await view.file(name) : undefined;
    if (stats === undefined || around.isOpen(identityOf(stats))) {
      continue;
    }
    const same = known.filter((position) => isSameFile(position, stats));
    const done = same.find((position) => hasNothingNew(position, stats));
    if (done !== undefined) {
      consumed.push(done);
      continue;
    }
    // Where the plain file is there too, compression is under way.
    const isWhole = !isGzipName(name) || !names.includes(plainNameOf(name));
    const isNew = isRotated && isWhole && stats.mtimeNs >= sinceNs && !around.isFollowed(path);
    if (isNew || same.length > 0) {
      found.push({ name, path, stats, mtimeNs: stats.mtimeNs, isNew });
    }
  }
  return { found, consumed };
}

/** @returns 0n, or just after the last write to a rotated file that is there already */
export async function newestRotatedNs(view: DirectoryView, realPath: string): Promise<bigint> {
  let since = 0n;
  for (const name of await view.names()) {
    const stats = isRotatedName(name, basename(realPath)) ? await view.file(name) : undefined;
    if (stats !== undefined && stats.mtimeNs >= since) {
      since = stats.mtimeNs + 1n;
    }
  }
  return since;
}

export function identityOf({ dev, ino }: BigIntStats): FileIdentity {
  return { device: dev, inode: ino };
}

export function isSameFile({ device, inode }: FileIdentity, { dev, ino }: BigIntStats): boolean {
  return device === dev && inode === ino;
}

function hasNothingNew({ finished }: FilePosition, { size, mtimeNs }: BigIntStats): boolean {
  return finished !== null && BigInt(finished.size) === size && finished.mtimeNs === mtimeNs;
}
