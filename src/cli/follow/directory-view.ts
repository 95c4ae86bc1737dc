// A folder as it is seen at one look: read once, however many followed files lie in it.

import type { BigIntStats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** File systems stamp times by a tick of some milliseconds: two changes can have the same. */
export const CLOCK_TICK_MS = 20;

const MISSING = -1n;

export class DirectoryView {
  readonly path: string;
  /** When a name in it came, went or changed last. */
  readonly mtimeNs: bigint;
  readonly #stats = new Map<string, Promise<BigIntStats | undefined>>();
  #names: Promise<readonly string[]> | undefined;

  private constructor(path: string, mtimeNs: bigint) {
    this.path = path;
    this.mtimeNs = mtimeNs;
  }

  static async look(path: string): Promise<DirectoryView> {
    return new DirectoryView(path, await mtimeOf(path));
  }

  names(): Promise<readonly string[]> {
    this.#names ??= readdir(this.path).catch(() => []);
    return this.#names;
  }

  /** @returns undefined for what is no regular file, or not there any more */
  file(name: string): Promise<BigIntStats | undefined> {
    const known = this.#stats.get(name);
    if (known !== undefined) {
      return known;
    }
    const found = statFile(join(this.path, name));
    this.#stats.set(name, found);
    return found;
  }

  /** Whether nothing was renamed while it was looked at. */
  async isSettled(nowMs: number): Promise<boolean> {
    const mtimeNs = await mtimeOf(this.path);
    return mtimeNs === this.mtimeNs && nowMs - Number(mtimeNs / 1_000_000n) >= CLOCK_TICK_MS;
  }
}

/** @returns undefined for what is no regular file, not there, or not to be seen */
export async function statFile(path: string): Promise<BigIntStats | undefined> {
  try {
    const found = await stat(path, { bigint: true });
    return found.isFile() ? found : undefined;
  } catch {
    return undefined;
  }
}

async function mtimeOf(path: string): Promise<bigint> {
  try {
    return (await stat(path, { bigint: true })).mtimeNs;
  } catch {
    return MISSING;
  }
}
