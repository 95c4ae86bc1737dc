// The paths that a pattern names: `*`, `?` and `[…]` stand for parts of one name, as in a shell.

import { readdir } from 'node:fs/promises';
import { join, parse, resolve, sep } from 'node:path';
import { AppError, shownValue } from '../../domain/errors.ts';
import { statFile } from './directory-view.ts';

const WILD = /[*?[]/;
const DOT = '.';

export class PathPattern {
  /** Absolute. */
  readonly text: string;
  /** Whether it can name more than one path. */
  readonly isWild: boolean;
  readonly #root: string;
  readonly #parts: readonly (string | RegExp)[];

  /** @throws AppError invalid_parameter */
  constructor(pattern: string) {
    if (pattern === '' || pattern.includes('**') || pattern.includes('\0')) {
      const accepted = 'a path, in which *, ? and [abc] stand for parts of one name';
      throw new AppError(
        'invalid_parameter',
        `the file ${shownValue(pattern)} cannot be followed: accepted is ${accepted}`,
      );
    }
    this.text = resolve(pattern);
    this.isWild = WILD.test(pattern);
    this.#root = parse(this.text).root;
    this.#parts = this.text
      .slice(this.#root.length)
      .split(sep)
      .map((part) => (WILD.test(part) ? nameMatcher(part) : part));
  }

  /** Whether the path is one of those that it can name. */
  matches(path: string): boolean {
    if (path === this.text) {
      return true;
    }
    const names = path.slice(this.#root.length).split(sep);
    return (
      names.length === this.#parts.length &&
      this.#parts.every((part, index) => isNamed(names[index] ?? '', part))
    );
  }

  /** @returns the files that are there, sorted; what is not wild is given whether it is or not */
  async expand(): Promise<readonly string[]> {
    let found = [this.#root];
    for (const part of this.#parts) {
      found =
        typeof part === 'string'
          ? found.map((path) => join(path, part))
          : (await Promise.all(found.map((path) => namesIn(path, part)))).flat();
    }
    if (!this.isWild) {
      return found;
    }
    // A file may be called so by its very name; and a fixed name after a wild one may not be there.
    const all = [...new Set([this.text, ...found])].sort();
    const isThere = await Promise.all(
      all.map(async (path) => (await statFile(path)) !== undefined),
    );
    return all.filter((_path, index) => isThere[index]);
  }
}

function isNamed(name: string, part: string | RegExp): boolean {
  return typeof part === 'string' ? part === name : part.test(name);
}

async function namesIn(folder: string, matcher: RegExp): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => matcher.test(name)).map((name) => join(folder, name));
  } catch {
    // No folder, or none that may be read: nothing in it is named.
    return [];
  }
}

function nameMatcher(part: string): RegExp {
  const source = part.replace(
    /\[([!^]?)([^\]]+)\]|[\s\S]/g,
    (piece, not?: string, set?: string) => {
      if (set !== undefined) {
        return `[${not === '' ? '' : '^'}${set.replace(/[\\\]^]/g, '\\$&')}]`;
      }
      if (piece === '*') {
        return '[\\s\\S]*';
      }
      return piece === '?' ? '[\\s\\S]' : piece.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
    },
  );
  // Hidden names are meant only where the pattern says the dot.
  const hidden = part.startsWith(DOT) ? '' : '(?!\\.)';
  try {
    return new RegExp(`^${hidden}${source}$`, 'u');
  } catch (cause) {
    throw new AppError(
      'invalid_parameter',
      `the file ${shownValue(part)} cannot be followed: its [ ] is no set of characters`,
      { cause },
    );
  }
}
