// How far the import of a file is, kept beside the store or, for another's server, with the user: the
// same command goes on from there. Written after each receipt, so that a kill can only make it lag
// behind, and what is then sent again is known already.

import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { FileFormat } from './formats.ts';
import { FILE_START, type Place } from './place.ts';

const VERSION = 1;
const HASH_CHARACTERS = 16;
const HEAD_BYTES_MAX = 64 * 1024;

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const noteSchema = z.strictObject({
  version: z.literal(VERSION),
  path: z.string(),
  /** What the options said of how to read it. */
  asked: z.string(),
  inode: z.string(),
  size: count,
  mtimeMs: z.number(),
  head: z.strictObject({ bytes: count.max(HEAD_BYTES_MAX), sha256: z.string() }),
  format: z.string(),
  place: z.strictObject({ bytes: count, line: count, records: count }),
  done: count,
  complete: z.boolean(),
});
type Note = z.infer<typeof noteSchema>;

export interface ProgressOptions {
  readonly directory: string;
  /** Where the records go: another store has not got them. */
  readonly target: string;
  readonly path: string;
  /** Equal for equal ways to read the file. */
  readonly asked: string;
  /** Forgets what was done before. */
  readonly fromStart: boolean;
}

/** How far one file is. */
export interface Progress {
  readonly place: Place;
  /** How many values were done before. */
  readonly done: number;
  /** As found out before; undefined at the start. */
  readonly format: FileFormat | undefined;
  /** It was read to its end, and has not changed. */
  readonly isComplete: boolean;
}

/** A file's note on disk. */
export class ProgressNote implements Progress {
  readonly place: Place;
  readonly done: number;
  readonly format: Progress['format'];
  readonly isComplete: boolean;
  readonly #notePath: string;
  #note: Note;

  private constructor(notePath: string, note: Note, size: number) {
    this.#notePath = notePath;
    this.#note = { ...note, size };
    this.place = note.place;
    this.done = note.done;
    this.format = note.format === '' ? undefined : (note.format as FileFormat);
    this.isComplete = note.complete && note.size === size;
  }

  /** @returns what is known of the file, or a note from its start where it is another one by now */
  static async open(options: ProgressOptions): Promise<ProgressNote> {
    const path = resolve(options.path);
    const key = JSON.stringify([options.target, path]);
    const notePath = join(options.directory, `${sha256(key).slice(0, HASH_CHARACTERS)}.json`);
    const { ino, size, mtimeMs } = await stat(path);
    const known = options.fromStart ? undefined : await readNote(notePath);
    const now = { path, asked: options.asked, inode: String(ino) };
    const isSame =
      known !== undefined &&
      known.path === now.path &&
      known.asked === now.asked &&
      known.inode === now.inode &&
      (size > known.size || (size === known.size && mtimeMs === known.mtimeMs)) &&
      known.head.sha256 === sha256(await headOf(path, known.head.bytes));
    const head = await headOf(path, HEAD_BYTES_MAX);
    const started = { format: '', place: FILE_START, done: 0, complete: false };
    const note = {
      version: VERSION,
      ...(isSame ? known : { ...started, size }),
      ...now,
      mtimeMs,
      head: { bytes: head.length, sha256: sha256(head) },
    } as const;
    return new ProgressNote(notePath, note, size);
  }

  /** @throws an error of the file system */
  async write(place: Place, done: number, format: FileFormat): Promise<void> {
    await this.#replace({ ...this.#note, place, done, format, complete: false });
  }

  /** The file was read to its end. */
  async complete(): Promise<void> {
    await this.#replace({ ...this.#note, complete: true });
  }

  async remove(): Promise<void> {
    await rm(this.#notePath, { force: true });
  }

  /** Renamed into place, so that a kill leaves the old note or the new one, never half of one. */
  async #replace(note: Note): Promise<void> {
    this.#note = note;
    const next = `${this.#notePath}.${process.pid}.next`;
    await mkdir(dirname(next), { recursive: true, mode: 0o700 });
    await writeFile(next, JSON.stringify(note), { mode: 0o600 });
    await rename(next, this.#notePath);
  }
}

/** A note that is damaged is none: at worst everything is sent again, and known already. */
async function readNote(notePath: string): Promise<Note | undefined> {
  try {
    return noteSchema.parse(JSON.parse(await readFile(notePath, 'utf8')));
  } catch {
    return undefined;
  }
}

async function headOf(path: string, bytes: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
