import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutText } from './cut-text.ts';

describe('a text with a bound', () => {
  test.each([
    ['shorter', 'abc', 10, 'abc', 0],
    ['as long as the bound', 'abc', 3, 'abc', 0],
    ['longer', 'abcdef', 3, 'abc', 3],
    ['longer by a character of two bytes', 'aé', 2, 'a', 2],
    ['of characters of four bytes', '😀😀', 7, '😀', 4],
    ['without room for its first character', '😀', 3, '', 4],
    ['empty', '', 0, '', 0],
  ])('%s', (_what, text, bytesMax, kept, cutBytes) => {
    expect(cutText(text, bytesMax)).toEqual({ text: kept, cutBytes });
  });

  test('is its own beginning, within the bound, as long as characters allow, nothing unaccounted for', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'é', '文', '😀'), maxLength: 40 });
    fc.assert(
      fc.property(texts, fc.nat(120), (text, bytesMax) => {
        const cut = cutText(text, bytesMax);
        const size = Buffer.byteLength(text);
        const kept = Buffer.byteLength(cut.text);
        expect(text.startsWith(cut.text)).toBe(true);
        expect(kept + cut.cutBytes).toBe(size);
        expect(kept).toBeLessThanOrEqual(bytesMax);
        expect(kept).toBeGreaterThan(Math.min(size, bytesMax) - 4);
      }),
    );
  });
});
