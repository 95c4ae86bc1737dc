// How columns get into the embedded engine: it takes statements as text only, so binary data goes
// through a file that it reads. The file is no log: what is in it counts only once the engine has
// stored it, so it is never synced and never read after a stop.

import { type FileHandle, open } from 'node:fs/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import { AppError } from '../../domain/errors.ts';
import { mapStoreError } from './map-error.ts';
import { INSERT_SETTINGS, runCommand } from './statement.ts';
import type { NativeInsert } from './store-connections.ts';

const PRIVATE = 0o600;
/** The system takes up to 1,024. */
const BUFFERS_AT_ONCE = 512;
/** A file that one large write has made larger than this is cut down again. */
const KEPT_BYTES_MAX = 64 * 1024 * 1024;

export class IncomingFile {
  readonly #path: string;
  #file: FileHandle | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Not to be called again before it has returned. */
  async insert(writer: ClickHouseClient, insert: NativeInsert): Promise<void> {
    const { table, columns, data, deadlineMs } = insert;
    await this.#write(data);
    const names = columns.map(([name]) => name).join(', ');
    const structure = columns.map(([name, type]) => `${name} ${type}`).join(', ');
    await runCommand(writer, {
      sql: `INSERT INTO ${table} (${names})
SELECT ${names} FROM file(${quoted(this.#path)}, 'Native', ${quoted(structure)})`,
      deadlineMs,
      // One part an insert: every part costs a page about a millisecond.
      settings: { max_insert_threads: 1, ...INSERT_SETTINGS },
    });
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #write(data: readonly Uint8Array[]): Promise<void> {
    try {
      this.#file ??= await open(this.#path, 'w', PRIVATE);
      const size = data.reduce((sum, { length }) => sum + length, 0);
      let at = 0;
      for (let from = 0; from < data.length; from += BUFFERS_AT_ONCE) {
        at += await writeAll(this.#file, data.slice(from, from + BUFFERS_AT_ONCE), at);
      }
      await this.#file.truncate(size);
      if (size > KEPT_BYTES_MAX) {
        await this.close();
      }
    } catch (cause) {
      throw mapFileError(cause);
    }
  }
}

/** One call for all of them: a call for each takes longer than the writing. */
async function writeAll(
  file: FileHandle,
  data: readonly Uint8Array[],
  position: number,
): Promise<number> {
  const size = data.reduce((sum, { length }) => sum + length, 0);
  const { bytesWritten } = await file.writev(data, position);
  if (bytesWritten < size) {
    // A disk that is nearly full takes a part; writing the rest says why.
    const all = Buffer.concat(data);
    for (let at = bytesWritten; at < size; ) {
      at += (await file.write(all, at, size - at, position + at)).bytesWritten;
    }
  }
  return size;
}

function mapFileError(cause: unknown): AppError {
  const { code } = cause as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new AppError('storage_full', 'the store cannot write: its disk is full', { cause })
    : mapStoreError(cause);
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
