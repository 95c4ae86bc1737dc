// How far each followed file was delivered, kept over restarts: one JSON file, replaced as a whole
// after each receipt.

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Settings } from '../../config/schema.ts';
import { AppError } from '../../domain/errors.ts';
import { FINGERPRINT_BYTES, type Fingerprint } from './fingerprint.ts';

/** A place in one file, and how to know the file again under another name. */
export interface FilePosition {
  /** Where it was seen last. */
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
  /** Bytes that were delivered; of a compressed file, bytes of the text in it. */
  readonly offset: number;
  /** Of the first of these bytes, and of the last. */
  readonly head: Fingerprint;
  readonly tail: Fingerprint;
  /** The offset lies within a line that is passed over. */
  readonly skipsLine: boolean;
  /** It was read to its end after it was rotated away, and was then like this. */
  readonly finished: { readonly size: number; readonly mtimeNs: bigint } | null;
}

/** What is known of the file that a path names, and of those that it named before. */
export interface PathState {
  readonly path: string;
  /** Rotated files that were written last before this were never followed. */
  readonly sinceNs: bigint;
  readonly positions: readonly FilePosition[];
}

const VERSION = 1;
const HASH_CHARACTERS = 16;

const bytes = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
// JSON's numbers do not hold an inode of 64 bits.
const digits = z
  .string()
  .regex(/^\d{1,20}$/)
  .transform(BigInt);
const fingerprint = z.strictObject({
  bytes: bytes.max(FINGERPRINT_BYTES),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const position = z.strictObject({
  path: z.string().min(1),
  device: digits,
  inode: digits,
  offset: bytes,
  head: fingerprint,
  tail: fingerprint,
  skipsLine: z.boolean(),
  finished: z.strictObject({ size: bytes, mtimeNs: digits }).nullable(),
});
const fileSchema = z.strictObject({
  version: z.literal(VERSION),
  paths: z.array(
    z.strictObject({ path: z.string().min(1), sinceNs: digits, positions: z.array(position) }),
  ),
});

/**
 * Where the state lies unless --state says otherwise: another file for other patterns, and for
 * another place to deliver to.
 */
export function followStatePath(patterns: readonly string[], settings: Settings): string {
  const { dataDir, server, clickhouseUrl } = settings;
  const what = [
    patterns.map((pattern) => resolve(pattern)).sort(),
    server ?? '',
    clickhouseUrl ?? '',
  ];
  const hash = createHash('sha256').update(JSON.stringify(what)).digest('hex');
  return join(dataDir, 'import', `follow-${hash.slice(0, HASH_CHARACTERS)}.json`);
}

export class FollowStateFile {
  readonly #path: string;
  #written = '';

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * @returns nothing where there is no file yet
   * @throws AppError data_dir_unusable for one that cannot be read or is damaged
   */
  async read(): Promise<readonly PathState[]> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
        return [];
      }
      throw unusable(
        `the positions in ${this.#path} cannot be read; check its owner and mode`,
        cause,
      );
    }
    try {
      return fileSchema.parse(JSON.parse(text)).paths;
    } catch (cause) {
      const way = 'restore the file, or remove it to read the followed files from their start';
      throw unusable(`the positions in ${this.#path} are damaged; ${way}`, cause);
    }
  }

  /**
   * Durable on return. What was written last is not written again.
   *
   * @throws AppError data_dir_unusable
   */
  async write(paths: readonly PathState[]): Promise<void> {
    const text = textOf(paths);
    if (text === this.#written) {
      return;
    }
    const next = `${this.#path}.${process.pid}.next`;
    try {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      await writeFile(next, text, { mode: 0o600, flush: true });
      // Renamed into place, so that a kill leaves the old file or the new one, never half of one.
      await rename(next, this.#path);
    } catch (cause) {
      await rm(next, { force: true }).catch(() => undefined);
      const way = '--state names another file';
      throw unusable(`the positions cannot be written to ${this.#path}; ${way}`, cause);
    }
    this.#written = text;
  }
}

function textOf(paths: readonly PathState[]): string {
  const content = { version: VERSION, paths };
  const text = JSON.stringify(content, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return `${text}\n`;
}

function unusable(message: string, cause: unknown): AppError {
  return new AppError('data_dir_unusable', message, { cause });
}
