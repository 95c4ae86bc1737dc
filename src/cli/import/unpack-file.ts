// The text of a file that may be compressed. Of a broken one, all that can be read comes before the
// error.

import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { AppError } from '../../domain/errors.ts';

export type Packing = 'none' | 'gzip' | 'zstd';

/** Enough of a file to tell how it is packed. */
export const MAGIC_BYTES = 4;
const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** A frame without data, which some programs put first; its first byte is 0x50 to 0x5f. */
const ZSTD_SKIPPABLE = Buffer.from([0x2a, 0x4d, 0x18]);

/** So much is unpacked before what came out is handed on: a bound on what is in memory at once. */
const GZIP_SLICE_BYTES = 16 * 1024;
const ZSTD_SLICE_BYTES = 4 * 1024;

/** @param head the first bytes of a file */
export function packingOf(head: Buffer): Packing {
  if (head.subarray(0, GZIP.length).equals(GZIP)) {
    return 'gzip';
  }
  const isSkippable =
    ((head[0] ?? 0) & 0xf0) === 0x50 && head.subarray(1, MAGIC_BYTES).equals(ZSTD_SKIPPABLE);
  return isSkippable || head.subarray(0, MAGIC_BYTES).equals(ZSTD) ? 'zstd' : 'none';
}

/**
 * @param open the bytes of the file, always in the same pieces; a broken one is read twice
 * @param name how messages call the file
 * @throws AppError malformed_request where it is not whole, after everything before the fault
 */
export async function* unpackFile(
  open: () => AsyncIterable<Buffer>,
  packing: Packing,
  name: string,
): AsyncGenerator<Buffer> {
  if (packing === 'none') {
    yield* open();
    return;
  }
  const unpacker = packing === 'gzip' ? new GzipUnpacker() : new ZstdUnpacker();
  let slices = 0;
  for await (const slice of slicesOf(open(), unpacker.sliceBytes)) {
    await unpacker.push(slice);
    yield* unpacker.take();
    if (unpacker.failure !== undefined && packing === 'gzip') {
      yield* restBeforeFault(open, slices);
    }
    assertWhole(unpacker, packing, name);
    slices += 1;
  }
  await unpacker.end();
  yield* unpacker.take();
  assertWhole(unpacker, packing, name);
}

/** zlib keeps to itself what it got out of the slice that it failed in, unless it is fed by bytes. */
async function* restBeforeFault(
  open: () => AsyncIterable<Buffer>,
  slicesBefore: number,
): AsyncGenerator<Buffer> {
  const unpacker = new GzipUnpacker();
  let slices = 0;
  for await (const slice of slicesOf(open(), unpacker.sliceBytes)) {
    if (slices < slicesBefore) {
      await unpacker.push(slice);
      unpacker.take();
    }
    for (let at = 0; slices === slicesBefore && at < slice.length; at += 1) {
      await unpacker.push(slice.subarray(at, at + 1));
      yield* unpacker.take();
      if (unpacker.failure !== undefined) {
        return;
      }
    }
    slices += 1;
  }
}

function assertWhole({ failure }: Unpacker, packing: Packing, name: string): void {
  if (failure !== undefined) {
    throw new AppError(
      'malformed_request',
      `${name} is not whole ${packing} (${failure.message}); what can be read before the fault is stored`,
      { cause: failure },
    );
  }
}

async function* slicesOf(
  source: AsyncIterable<Buffer>,
  sliceBytes: number,
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    for (let from = 0; from < chunk.length; from += sliceBytes) {
      yield chunk.subarray(from, from + sliceBytes);
    }
  }
}

interface Unpacker {
  readonly sliceBytes: number;
  readonly failure: Error | undefined;
  push(slice: Buffer): Promise<void>;
  end(): Promise<void>;
  /** What came out since the last time. */
  take(): Buffer[];
}

/** As a stream of its own it would lose what it holds when it fails, so it is fed by hand. */
class GzipUnpacker implements Unpacker {
  readonly sliceBytes = GZIP_SLICE_BYTES;
  failure: Error | undefined;
  readonly #gunzip = createGunzip();
  #out: Buffer[] = [];
  #ended = false;
  #wake: () => void = () => undefined;

  constructor() {
    this.#gunzip
      .on('data', (piece: Buffer) => this.#out.push(piece))
      .on('error', (error) => {
        this.failure = error;
        this.#wake();
      })
      .on('end', () => {
        this.#ended = true;
        this.#wake();
      });
  }

  async push(slice: Buffer): Promise<void> {
    await this.#woken(() => this.#gunzip.write(slice, () => this.#wake()));
  }

  async end(): Promise<void> {
    await this.#woken(() => this.#gunzip.end());
  }

  take(): Buffer[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }

  /** Zeros that fill up a block after the last member end it early; what follows them is not read. */
  async #woken(act: () => unknown): Promise<void> {
    if (this.#ended) {
      return;
    }
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      act();
    });
  }
}

/** Node's own decoder, where there is one, drops every frame after the first (seen on 24.21). */
class ZstdUnpacker implements Unpacker {
  readonly sliceBytes = ZSTD_SLICE_BYTES;
  failure: Error | undefined;
  #out: Buffer[] = [];
  readonly #decompress = new Decompress((piece) => {
    this.#out.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
  });

  async push(slice: Buffer): Promise<void> {
    this.#act(() => this.#decompress.push(slice));
  }

  async end(): Promise<void> {
    this.#act(() => this.#decompress.push(new Uint8Array(0), true));
  }

  take(): Buffer[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }

  #act(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
    }
  }
}
