import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlainBytes } from './plain-bytes.ts';
import { readSlice, type SliceOptions } from './read-slice.ts';

const usual: SliceOptions = {
  recordsMax: 100,
  bytesMax: 64,
  lineBytesMax: 256,
  skipsLine: false,
  takesRest: false,
};

function textOf(bytes: Buffer): PlainBytes {
  return { read: async (position, bytesMax) => bytes.subarray(position, position + bytesMax) };
}

async function readAll(bytes: Buffer, options: Partial<SliceOptions>) {
  const lines: (string | undefined)[] = [];
  let [at, skipsLine] = [0, false];
  for (;;) {
    const slice = await readSlice(textOf(bytes), at, { ...usual, ...options, skipsLine });
    if (slice === undefined) {
      return { lines, at };
    }
    expect(slice.from).toBe(at);
    expect(slice.to).toBeGreaterThan(at);
    expect(slice.first).toEqual(bytes.subarray(at, Math.min(slice.to, at + 256)));
    expect(slice.last).toEqual(bytes.subarray(Math.max(at, slice.to - 256), slice.to));
    for (const line of slice.lines) {
      expect(bytes.subarray(line.at, line.at + line.bytes.length)).toEqual(line.bytes);
      lines.push(line.unreadable === undefined ? line.bytes.toString() : undefined);
    }
    at = slice.to;
    skipsLine = slice.skipsLine;
  }
}

describe('a slice', () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'ü', ' ', '{'), maxLength: 120 });

  test('has whole lines, and all of them come, whatever the bounds', async () => {
    const bounds = fc.record({
      recordsMax: fc.integer({ min: 1, max: 5 }),
      bytesMax: fc.integer({ min: 1, max: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(line), line, bounds, async (whole, rest, options) => {
        const bytes = Buffer.from(whole.map((one) => `${one}\n`).join('') + rest);
        const wanted = whole.filter((one) => one !== '');
        const first = await readAll(bytes, options);
        expect(first).toEqual({ lines: wanted, at: bytes.length - Buffer.byteLength(rest) });
        const all = await readAll(bytes, { ...options, takesRest: true });
        expect(all).toEqual({
          lines: [...wanted, ...(rest === '' ? [] : [rest])],
          at: bytes.length,
        });
      }),
    );
  });

  test('gives a line up that is too long, and goes on after its end', async () => {
    for (const length of [257, 300, 1_000]) {
      const bytes = Buffer.from(`a\n${'x'.repeat(length)}\nb\n`);
      expect((await readAll(bytes, {})).lines).toEqual(['a', undefined, 'b']);
    }
    const longest = 'x'.repeat(256);
    expect((await readAll(Buffer.from(`${longest}\n`), {})).lines).toEqual([longest]);
  });

  test('passes zeros before a line over, once the line is there', async () => {
    const hole = Buffer.alloc(1_000);
    expect(await readAll(hole, { takesRest: true })).toEqual({ lines: [], at: 0 });
    const bytes = Buffer.concat([hole, Buffer.from('a\nb\n')]);
    expect((await readAll(bytes, {})).lines).toEqual(['a', 'b']);
  });
});
