import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drained, inPieces } from '../../../test/support/pieces.ts';
import { readDocuments } from './read-documents.ts';

const options = { name: 'a file', bytesMax: 1_000 };

async function read(text: string, size = 7) {
  const { items, failure } = await drained(readDocuments(inPieces(text, size), options));
  const values = items.map((one) => ('value' in one ? one.value : one.unreadable));
  return { items, values, failure };
}

describe('objects that follow one another', () => {
  const object = fc.dictionary(
    fc.string(),
    fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('}{', '"', '\\', '\\"}')),
    { maxKeys: 3 },
  );
  const objects = fc.array(object, { minLength: 1, maxLength: 5 });
  const between = fc.constantFrom('', '\n', ' \r\n\n');
  const pieces = fc.integer({ min: 1, max: 40 });

  test('are told apart with anything white between them, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(objects, between, pieces, fc.boolean(), async (given, gap, size, pretty) => {
        const texts = given.map((one) => JSON.stringify(one, null, pretty ? 2 : 0));
        const { values, failure } = await read(`\ufeff${texts.join(gap)}\n`, size);
        expect(failure).toBeUndefined();
        expect(values).toEqual(JSON.parse(JSON.stringify(given)));
      }),
    );
  });

  test('can be read on after each', async () => {
    const text = '{"a":1}{"b":"}"}\n{"c":{}}';
    const { items } = await read(text);
    expect(items.map(({ after }) => after.bytes)).toEqual([7, 16, 25]);
    for (const [index, { after }] of items.entries()) {
      const rest = inPieces(Buffer.from(text).subarray(after.bytes), 3);
      const found = await drained(readDocuments(rest, { ...options, from: after }));
      expect(found.items).toEqual(items.slice(index + 1));
    }
  });

  test('spoil no other where one is broken, and are bounded', async () => {
    expect((await read('{"a":1}nonsense{"b":2}\n{"c":')).values).toEqual([
      { a: 1 },
      'is not valid JSON',
      'is not valid JSON',
    ]);
    const { values, failure } = await read(`{"a":1}{"b":"${'x'.repeat(2_000)}"}`);
    expect(values).toEqual([{ a: 1 }]);
    expect(failure).toMatchObject({ code: 'body_too_large' });
  });
});
