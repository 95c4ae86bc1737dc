import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GzipText, PlainFile } from './plain-bytes.ts';

const TEXT = Buffer.from(Array.from({ length: 50_000 }, (_, index) => `${index},`).join(''));

let directory: string;
let handle: FileHandle;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fnlog-bytes-'));
});
afterEach(async () => {
  await handle.close();
  await rm(directory, { recursive: true, force: true });
});

async function opened(content: Buffer): Promise<FileHandle> {
  const path = join(directory, 'file');
  await writeFile(path, content);
  handle = await open(path, 'r');
  return handle;
}

const places = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: TEXT.length + 1_000 }),
    fc.integer({ min: 0, max: TEXT.length }),
  ),
  { maxLength: 6 },
);

test('a compressed file, of two parts, reads as the plain one does, at any place', async () => {
  const half = 100_000;
  const packed = Buffer.concat([gzipSync(TEXT.subarray(0, half)), gzipSync(TEXT.subarray(half))]);
  const text = new GzipText(await opened(packed));
  await fc.assert(
    fc.asyncProperty(places, async (asked) => {
      for (const [position, bytesMax] of asked) {
        const read = await text.read(position, bytesMax);
        expect(read.equals(TEXT.subarray(position, position + bytesMax))).toBe(true);
      }
    }),
    { numRuns: 30 },
  );
  await text.close();
});

test('a plain file is read at any place, and past its end not at all', async () => {
  const text = new PlainFile(await opened(TEXT));
  for (const [position, bytesMax] of fc.sample(places, 20).flat()) {
    const read = await text.read(position, bytesMax);
    expect(read.equals(TEXT.subarray(position, position + bytesMax))).toBe(true);
  }
});

test('a compressed file that is not whole is an error', async () => {
  const text = new GzipText(await opened(gzipSync(TEXT).subarray(0, 10_000)));
  await expect(text.read(0, TEXT.length)).rejects.toThrow('unexpected end of file');
});
