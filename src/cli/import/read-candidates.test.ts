import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candidate } from '../../domain/candidate.ts';
import { readCandidates } from './read-candidates.ts';

const options = { name: 'a file', bytesMax: 1024 * 1024 };

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) {
    yield bytes.subarray(from, from + size);
  }
}

async function read(bytes: Buffer | string, size = 7, bytesMax = options.bytesMax) {
  const found: Candidate[] = [];
  const source = inPieces(Buffer.from(bytes), size);
  for await (const candidate of readCandidates(source, { ...options, bytesMax })) {
    found.push(candidate);
  }
  return found;
}

const valuesOf = (found: readonly Candidate[]) =>
  found.map((one) => ('value' in one ? one.value : one.unreadable));

describe('a file of records', () => {
  const records = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), {
    minLength: 1,
    maxLength: 8,
  });
  const pieces = fc.integer({ min: 1, max: 64 });

  test('gives the same records as lines, as an array, as gzip, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(records, pieces, async (given, size) => {
        const wanted = JSON.parse(JSON.stringify(given)) as unknown[];
        const lines = given.map((record) => JSON.stringify(record)).join('\n');
        for (const text of [
          lines,
          `${lines}\n`,
          `\n${lines}\n\n`,
          JSON.stringify(given, null, 2),
        ]) {
          expect(valuesOf(await read(text, size))).toEqual(wanted);
          expect(valuesOf(await read(gzipSync(text), size))).toEqual(wanted);
        }
      }),
    );
  });

  test('gives one document of several lines as one value', async () => {
    const reply = { Response: { TotalCount: 1, Data: [{ FunctionName: 'f' }] } };
    expect(valuesOf(await read(JSON.stringify(reply, null, 2)))).toEqual([reply]);
  });

  test('says the line of each, over all pieces', async () => {
    const found = await read('{"a":1}\n\n{"a":2}\nnonsense\n{"a":3}', 3);
    expect(found.map(({ line }) => line)).toEqual([1, 3, 4, 5]);
    expect(valuesOf(found)).toEqual([{ a: 1 }, { a: 2 }, 'is not valid JSON', { a: 3 }]);
  });

  test('spoils no other line by one that is no JSON, the first one too', async () => {
    expect(valuesOf(await read('nonsense\n{"a":1}'))).toEqual(['is not valid JSON', { a: 1 }]);
  });

  test('may be empty', async () => {
    expect(await read('')).toEqual([]);
    expect(await read('\n \n')).toEqual([]);
    expect(await read('[]')).toEqual([]);
  });

  test('is refused where it is broken gzip, zstd, or too much to be read whole', async () => {
    const zipped = gzipSync('{"a":1}\n'.repeat(100));
    await expect(read(zipped.subarray(0, -9))).rejects.toThrow('a file is not whole gzip');
    await expect(read(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]))).rejects.toThrow(/zstd -dc/);
    await expect(read(`[${'1,'.repeat(600)}1]`, 100, 1_000)).rejects.toMatchObject({
      code: 'body_too_large',
    });
    await expect(read(`{"a":1}\n"${'x'.repeat(2_000)}"`, 100, 1_000)).rejects.toThrow(/a line/);
  });
});
