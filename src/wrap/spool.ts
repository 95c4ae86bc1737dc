// Records that wait on disk while the server is away: files of NDJSON in one directory, which several
// processes may share. A file appears whole (by rename) and is sent by whoever has renamed it; what a
// process that is gone had claimed is free again. Sending a file twice does no harm, since the server
// knows the records. No fsync: what is spooled survives the process, not the loss of power.

import { randomBytes } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { lstat, mkdir, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Batch, ndjsonOf } from './line-queue.ts';
import { isOld, SpoolIndex } from './spool-index.ts';
import {
  claimNameOf,
  parseSpoolName,
  partNameOf,
  type SpoolName,
  spoolBaseOf,
} from './spool-name.ts';

export interface SpoolOptions {
  readonly dir: string;
  readonly bytesMax: number;
  /** Told how many records were dropped to make room. */
  readonly onDropped: (records: number) => void;
}

/** A file that nobody else sends. */
export interface SpooledBatch {
  readonly base: string;
  readonly path: string;
  readonly records: number;
  readonly bytes: number;
  readonly ndjson: string;
}

/** Far over what is ever written. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;
/** Records hold logs, which are nobody else's business. */
const DIRECTORY = { recursive: true, mode: 0o700 } as const;
const FILE = { mode: 0o600, flag: 'wx' } as const;

export class Spool {
  readonly #dir: string;
  readonly #onDropped: (records: number) => void;
  readonly #index: SpoolIndex;
  readonly #writer = randomBytes(4).toString('hex');
  #sequence = 0;
  #isReady = false;

  constructor({ dir, bytesMax, onDropped }: SpoolOptions) {
    this.#dir = dir;
    this.#onDropped = onDropped;
    this.#index = new SpoolIndex(bytesMax);
  }

  /** False where a look into the directory would be in vain, as far as is known. */
  get mayHold(): boolean {
    return this.#index.mayHold;
  }

  /** @throws where the directory cannot be used; then nothing was written */
  async write(batch: Batch): Promise<void> {
    try {
      await this.#write(batch);
    } catch (error) {
      // Somebody may have tidied up: the directory is made again next time.
      this.#isReady = false;
      throw error;
    }
  }

  async #write(batch: Batch): Promise<void> {
    if (!this.#isReady) {
      await mkdir(this.#dir, DIRECTORY);
      this.#confirmOwned(await lstat(this.#dir));
    }
    if (this.#index.needsListing(batch.bytes)) {
      this.#index.takeListing(parsed(await readdir(this.#dir)));
    }
    for (const file of this.#index.takeOver(batch.bytes)) {
      this.#noteDropped(file, await happened(unlink(join(this.#dir, file.fileName))));
    }
    const paths = this.#pathsFor(batch);
    if (paths !== undefined) {
      await writeFile(paths.part, ndjsonOf(batch), FILE);
      await rename(paths.part, paths.path);
      this.#index.noteWritten(batch.bytes);
    }
  }

  /** The same while the process ends, when nothing asynchronous runs any more. */
  writeNow(batch: Batch): void {
    mkdirSync(this.#dir, DIRECTORY);
    this.#confirmOwned(lstatSync(this.#dir));
    this.#index.takeListing(parsed(readdirSync(this.#dir)));
    for (const file of this.#index.takeOver(batch.bytes)) {
      unlinkSync(join(this.#dir, file.fileName));
      this.#noteDropped(file, true);
    }
    const paths = this.#pathsFor(batch);
    if (paths !== undefined) {
      writeFileSync(paths.part, ndjsonOf(batch), FILE);
      renameSync(paths.part, paths.path);
    }
  }

  /** @returns the oldest file that nobody else sends; undefined where there is none */
  async claim(): Promise<SpooledBatch | undefined> {
    for (;;) {
      const file = this.#index.takeOldest();
      if (file !== undefined) {
        const claimed = await this.#tryClaim(file);
        if (claimed !== undefined) {
          return claimed;
        }
      } else if (this.#index.needsScan) {
        await this.#scan();
      } else {
        return undefined;
      }
    }
  }

  /** The server has answered for good. */
  async remove({ base, path, bytes }: SpooledBatch): Promise<void> {
    this.#index.claims.delete(base);
    this.#index.noteGone(bytes);
    await happened(unlink(path));
  }

  /** The server is away still. */
  async release({ base, path }: SpooledBatch): Promise<void> {
    await happened(rename(path, join(this.#dir, base)));
    this.#index.claims.delete(base);
    this.#index.noteNews();
  }

  /** Gives up every claim while the process ends. */
  releaseNow(): void {
    for (const [base, path] of this.#index.claims) {
      try {
        renameSync(path, join(this.#dir, base));
      } catch (error) {
        whereMissing(undefined)(error);
      }
    }
  }

  /** The system's directory for temporary files belongs to everybody. */
  #confirmOwned(found: Stats): void {
    if (!found.isDirectory() || found.uid !== (process.getuid?.() ?? found.uid)) {
      throw new Error('the spool directory belongs to somebody else');
    }
    this.#isReady = true;
  }

  /** @returns undefined where there is no room; the batch is dropped then */
  #pathsFor({ lines, bytes }: Batch): { part: string; path: string } | undefined {
    if (!this.#index.hasRoomFor(bytes)) {
      this.#onDropped(lines.length);
      return undefined;
    }
    this.#sequence += 1;
    const base = spoolBaseOf({
      writtenMs: Date.now(),
      writer: this.#writer,
      sequence: this.#sequence,
      records: lines.length,
      bytes,
    });
    return { part: join(this.#dir, partNameOf(base)), path: join(this.#dir, base) };
  }

  #noteDropped({ bytes, records }: Pick<SpoolName, 'bytes' | 'records'>, wasThere: boolean): void {
    this.#index.noteGone(bytes);
    if (wasThere) {
      this.#onDropped(records);
    }
  }

  async #scan(): Promise<void> {
    this.#index.noteScan();
    const files = parsed(await readdir(this.#dir).catch(whereMissing([])));
    this.#index.takeListing(files);
    for (const { state, writtenMs, fileName } of files) {
      // Left by a process that ended while it wrote.
      if (state === 'part' && isOld(writtenMs)) {
        await happened(unlink(join(this.#dir, fileName)));
      }
    }
  }

  /** @returns undefined where another process was faster, or the file is none that we write */
  async #tryClaim({
    base,
    fileName,
    records,
    bytes,
  }: SpoolName): Promise<SpooledBatch | undefined> {
    const path = join(this.#dir, claimNameOf(base, process.pid, Date.now()));
    this.#index.claims.set(base, path);
    try {
      await rename(join(this.#dir, fileName), path);
      const found = await lstat(path);
      if (found.isFile() && found.size <= FILE_BYTES_MAX) {
        return { base, path, records, bytes, ndjson: await readFile(path, 'utf8') };
      }
      await unlink(path);
    } catch (error) {
      this.#index.claims.delete(base);
      whereMissing(undefined)(error);
      return undefined;
    }
    this.#index.claims.delete(base);
    this.#noteDropped({ bytes, records }, true);
    return undefined;
  }
}

function parsed(fileNames: readonly string[]): SpoolName[] {
  return fileNames.flatMap((fileName) => parseSpoolName(fileName) ?? []);
}

/** @returns false where the file was gone already */
async function happened(change: Promise<void>): Promise<boolean> {
  return await change.then(() => true, whereMissing(false));
}

function whereMissing<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      throw error;
    }
    return value;
  };
}
