// The text of a file by position: of a plain file as it lies there, of a compressed one as it was
// before.

import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

const PIECE_BYTES = 64 * 1024;

export interface PlainBytes {
  /**
   * @param position in bytes of the text
   * @returns fewer than asked for only where the text ends
   */
  read(position: number, bytesMax: number): Promise<Buffer>;
}

export class PlainFile implements PlainBytes {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async read(position: number, bytesMax: number): Promise<Buffer> {
    const { size } = await this.#handle.stat();
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(bytesMax, size - position)));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await this.#handle.read(
        buffer,
        filled,
        buffer.length - filled,
        position + filled,
      );
      if (bytesRead === 0) {
        break;
      }
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  }
}

/** Read forward it is unpacked once; a step back begins again at the start. */
export class GzipText implements PlainBytes {
  readonly #handle: FileHandle;
  #unpacked: AsyncIterator<Buffer> | undefined;
  #ended = false;
  /** What is held of the text, and where that begins. */
  #held: Buffer = Buffer.alloc(0);
  #heldAt = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** @throws Error of zlib where the file is not whole gzip */
  async read(position: number, bytesMax: number): Promise<Buffer> {
    if (position < this.#heldAt) {
      await this.close();
    }
    const pieces = [this.#held];
    let end = this.#heldAt + this.#held.length;
    let begin = this.#heldAt;
    while (!this.#ended && end < position + bytesMax) {
      this.#unpacked ??= this.#unpack();
      const next = await this.#unpacked.next();
      if (next.done === true) {
        this.#ended = true;
        break;
      }
      pieces.push(next.value);
      end += next.value.length;
      // What lies wholly before the place is not asked for again.
      while (pieces.length > 0 && begin + (pieces[0]?.length ?? 0) <= position) {
        begin += pieces.shift()?.length ?? 0;
      }
    }
    const joined = Buffer.concat(pieces);
    this.#held = joined.subarray(Math.min(joined.length, Math.max(0, position - begin)));
    this.#heldAt = end - this.#held.length;
    return this.#held.subarray(0, bytesMax);
  }

  /** Lets go of what is held; the next reading begins at the start. */
  async close(): Promise<void> {
    await this.#unpacked?.return?.();
    this.#unpacked = undefined;
    this.#ended = false;
    this.#held = Buffer.alloc(0);
    this.#heldAt = 0;
  }

  async *#unpack(): AsyncGenerator<Buffer> {
    const gunzip = createGunzip();
    const fed = pipeline(this.#packed(), gunzip).catch(() => undefined);
    try {
      yield* gunzip as AsyncIterable<Buffer>;
    } finally {
      gunzip.destroy();
      // Nothing reads the file any more, so that it can be closed.
      await fed;
    }
  }

  async *#packed(): AsyncGenerator<Buffer> {
    for (let position = 0; ; ) {
      const buffer = Buffer.allocUnsafe(PIECE_BYTES);
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) {
        return;
      }
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
}
