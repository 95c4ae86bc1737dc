import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundedJson } from './bounded-json.ts';

describe('a value that fits', () => {
  test('is written as JSON.stringify writes it', () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.anything({ withDate: true, maxDepth: 3, withNullPrototype: true }),
    );
    fc.assert(
      fc.property(value, (given) => {
        fc.pre(!hasUnusual(given));
        expect(boundedJson(given, 1_000_000)).toBe(JSON.stringify(given) ?? '');
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['nothing', undefined, ''],
    ['a function', () => 1, ''],
    ['fields without JSON', { a: undefined, b: () => 1, c: 2 }, '{"c":2}'],
    ['an array of them', [undefined, Symbol('x'), 1], '[null,null,1]'],
    ['a date', { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    ['a big integer', { n: 12345678901234567890n }, '{"n":12345678901234567890}'],
    ['no number', [Number.NaN, Number.POSITIVE_INFINITY], '[null,null]'],
    ['a field named __proto__', JSON.parse('{"__proto__":{"a":1}}'), '{"__proto__":{"a":1}}'],
    ['binary data', { body: Buffer.alloc(1_000_000) }, '{"body":"[Buffer of 1000000 bytes]"}'],
  ])('may be %s', (_what, value, text) => {
    expect(boundedJson(value, 1_000)).toBe(text);
  });
});

describe('a value that does not fit', () => {
  test('is cut at a character and marked, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), fc.nat(40), (value, bytesMax) => {
        const whole = JSON.stringify(value);
        const text = boundedJson(value, bytesMax);
        if (Buffer.byteLength(whole) <= bytesMax) {
          expect(text).toBe(whole);
        } else {
          expect(text.endsWith('…')).toBe(true);
          expect(whole.startsWith(text.slice(0, -1))).toBe(true);
          expect(Buffer.byteLength(text.slice(0, -1))).toBeLessThanOrEqual(bytesMax);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('is not read to its end', () => {
    let reads = 0;
    const endless = Array.from({ length: 100_000 }, () => ({
      get field() {
        reads += 1;
        return 'x'.repeat(10);
      },
    }));
    expect(boundedJson(endless, 100).length).toBeLessThan(110);
    expect(reads).toBeLessThan(20);
  });

  test('may go round in a circle', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(boundedJson(circle, 10_000)).toContain('{…}');
  });
});

/** What is written in another way on purpose, or what JSON.stringify refuses. */
function hasUnusual(value: unknown): boolean {
  try {
    JSON.stringify(value);
  } catch {
    return true;
  }
  return (
    ArrayBuffer.isView(value) ||
    value instanceof Number ||
    value instanceof String ||
    value instanceof Boolean ||
    (typeof value === 'object' && value !== null && Object.values(value).some(hasUnusual))
  );
}
