import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drained, inPieces } from '../../../test/support/pieces.ts';
import {
  ZSTD_SAMPLE_LAST_FRAME,
  zstdSample,
  zstdSampleText,
} from '../../../test/support/zstd-sample.ts';
import { packingOf, unpackFile } from './unpack-file.ts';

async function unpacked(bytes: Buffer, size: number) {
  const packing = packingOf(bytes.subarray(0, 4));
  const { items, failure } = await drained(
    unpackFile(() => inPieces(bytes, size), packing, 'a file'),
  );
  return { text: Buffer.concat(items).toString('utf8'), failure };
}

const pieces = fc.integer({ min: 1, max: 700 });

describe('the text of a file', () => {
  test('is the same plain and as gzip, in pieces of any size and in several members', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string(), { maxLength: 4 }), pieces, async (parts, size) => {
        const text = `lines ${parts.join('')}`;
        expect(await unpacked(Buffer.from(text), size)).toEqual({ text, failure: undefined });
        const members = ['lines ', ...parts].map((part) => gzipSync(part));
        expect(await unpacked(Buffer.concat(members), size)).toEqual({ text, failure: undefined });
      }),
      { numRuns: 50 },
    );
  });

  test('is read out of zstd, all frames of it, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async (size) => {
        expect(await unpacked(zstdSample, size)).toEqual({
          text: zstdSampleText,
          failure: undefined,
        });
      }),
      { numRuns: 50 },
    );
  });

  test('comes as far as it goes before a fault', async () => {
    const text = '{"a":1}\n'.repeat(50_000);
    const zipped = gzipSync(text, { level: 0 });
    const short = await unpacked(zipped.subarray(0, -100), 64 * 1024);
    expect(text.startsWith(short.text)).toBe(true);
    expect(short.text.length).toBeGreaterThan(text.length - 200);
    expect(short.failure).toMatchObject({
      code: 'malformed_request',
      message: expect.stringContaining('a file is not whole gzip (unexpected end of file)'),
    });
    const cut = gzipSync(`${text}more`);
    const spoiled = Buffer.concat([cut.subarray(0, -12), Buffer.alloc(12, 0xff)]);
    const broken = await unpacked(spoiled, 64 * 1024);
    expect(broken.text.startsWith(text.slice(0, -1_100))).toBe(true);
    expect(broken.failure).toMatchObject({ code: 'malformed_request' });
  });

  test('of zstd that breaks off, or is followed by something else, has all frames before', async () => {
    const firstFrame = zstdSampleText.split('\n').slice(0, 60).join('\n');
    for (const bytes of [
      zstdSample.subarray(0, -9),
      Buffer.concat([
        zstdSample.subarray(0, ZSTD_SAMPLE_LAST_FRAME),
        Buffer.from('something else of some length'),
      ]),
    ]) {
      const { text, failure } = await unpacked(bytes, 100);
      expect(text).toBe(`${firstFrame}\n`);
      expect(failure).toMatchObject({
        code: 'malformed_request',
        message: expect.stringContaining('a file is not whole zstd'),
      });
    }
  });

  test('ends where a member of gzip is followed by something else; zeros are nothing', async () => {
    const bytes = Buffer.concat([gzipSync('{"a":1}\n'), Buffer.from('something else')]);
    const { text, failure } = await unpacked(bytes, 1_000);
    expect(text).toBe('{"a":1}\n');
    expect(failure).toMatchObject({ message: expect.stringContaining('incorrect header check') });
    const padded = Buffer.concat([gzipSync('{"a":1}\n'), Buffer.alloc(40_000)]);
    expect(await unpacked(padded, 1_000)).toEqual({ text: '{"a":1}\n', failure: undefined });
  });
});
