// Keys in a file of mode 0600. A change by another process (`fnlog keys revoke` beside a running
// server) is seen at the next request.

import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Key, KeyRing } from '../auth/keys.ts';
import { AppError } from '../domain/errors.ts';

const keySchema = z.strictObject({
  secretId: z.string(),
  secretKey: z.string(),
  // A file of before there were temporary keys does not have it.
  token: z.string().min(1).nullable().default(null),
  role: z.enum(['ingest', 'read', 'admin']),
  namespaces: z.union([z.array(z.string()), z.literal('*')]),
  createdAtMs: z.number(),
  expiresAtMs: z.number().nullable(),
  revokedAtMs: z.number().nullable(),
  note: z.string(),
});
const fileSchema = z.strictObject({ version: z.literal(1), keys: z.array(keySchema) });

export class KeyFile implements KeyRing {
  readonly #path: string;
  #stamp = '';
  #keys: ReadonlyMap<string, Key> = new Map();

  /** @param path may be missing, and its directory too */
  constructor(path: string) {
    this.#path = path;
  }

  find(secretId: string): Key | undefined {
    this.#refresh();
    return this.#keys.get(secretId);
  }

  /** @returns all keys, the oldest first */
  list(): readonly Key[] {
    this.#refresh();
    return [...this.#keys.values()];
  }

  /** @throws AppError data_dir_unusable */
  add(key: Key): void {
    this.#write([...this.list(), key]);
  }

  /**
   * @returns the revoked key; revoking it again changes nothing
   * @throws AppError not_found, data_dir_unusable
   */
  revoke(secretId: string, nowMs: number): Key {
    const key = this.find(secretId);
    if (key === undefined) {
      throw new AppError('not_found', `there is no key ${secretId} in ${this.#path}`);
    }
    if (key.revokedAtMs !== null) {
      return key;
    }
    const revoked = { ...key, revokedAtMs: nowMs };
    this.#write(this.list().map((one) => (one.secretId === secretId ? revoked : one)));
    return revoked;
  }

  #refresh(): void {
    const stamp = stampOf(this.#path);
    if (stamp !== this.#stamp) {
      this.#keys = new Map(readKeys(this.#path).map((key) => [key.secretId, key]));
      this.#stamp = stamp;
    }
  }

  #write(keys: readonly Key[]): void {
    const next = `${this.#path}.${process.pid}.next`;
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      writeFileSync(next, `${JSON.stringify({ version: 1, keys }, null, 2)}\n`, {
        mode: 0o600,
        flush: true,
      });
      chmodSync(next, 0o600);
      // Renamed into place, so that a reader sees the old file or the new one, never half of one.
      renameSync(next, this.#path);
    } catch (cause) {
      throw new AppError('data_dir_unusable', `the key file ${this.#path} cannot be written`, {
        cause,
      });
    }
  }
}

/** Changes with every replacement of the file. */
function stampOf(path: string): string {
  try {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? 'none' : `${stat.ino} ${stat.mtimeNs} ${stat.size}`;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError(
    'data_dir_unusable',
    `the key file ${path} cannot be read; check its owner and mode (0600)`,
    { cause },
  );
}

function readKeys(path: string): readonly Key[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw unreadable(path, cause);
  }
  try {
    return fileSchema.parse(JSON.parse(text)).keys;
  } catch {
    // The parser's own words could quote a secret, so they go nowhere.
    throw new AppError(
      'data_dir_unusable',
      `the key file ${path} is damaged; restore it, or remove it to have a new first key made`,
    );
  }
}
