import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drained, inPieces } from '../../../test/support/pieces.ts';
import type { Place } from './place.ts';
import { type ReadCandidate, readCandidates } from './read-candidates.ts';

const options = { name: 'a file', bytesMax: 1024 * 1024 };

async function read(text: string, size = 7, bytesMax = options.bytesMax) {
  const found = await drained(readCandidates(inPieces(text, size), { ...options, bytesMax }));
  if (found.failure !== undefined) {
    throw found.failure;
  }
  return found.items;
}

const valuesOf = (found: readonly ReadCandidate[]) =>
  found.map((one) => ('value' in one ? one.value : one.unreadable));

const records = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), {
  minLength: 1,
  maxLength: 8,
});
const pieces = fc.integer({ min: 1, max: 64 });

describe('a file of records', () => {
  test('gives the same records as lines and as an array, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(records, pieces, async (given, size) => {
        const wanted = JSON.parse(JSON.stringify(given)) as unknown[];
        const lines = given.map((record) => JSON.stringify(record)).join('\n');
        for (const text of [
          lines,
          `\ufeff${lines}\r\n`,
          `\n${lines}\n\n`,
          JSON.stringify(given),
          `${JSON.stringify(given)}\n\n`,
          JSON.stringify(given, null, 2),
        ]) {
          expect(valuesOf(await read(text, size))).toEqual(wanted);
        }
      }),
    );
  });

  test('gives one document of several lines as one value', async () => {
    const reply = { Response: { TotalCount: 1, Data: [{ FunctionName: 'f' }] } };
    expect(valuesOf(await read(JSON.stringify(reply, null, 2)))).toEqual([reply]);
  });

  test('gives the elements of arrays, one on each line', async () => {
    const found = await read('[{"a":1},{"a":2}]\n[]\n{"a":3}\n[{"a":4}]');
    expect(valuesOf(found)).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }]);
    expect(found.map(({ line }) => line)).toEqual([1, 1, 3, 4]);
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
    for (const text of ['', '\n \n', '[]', '[]\n']) {
      expect(await read(text)).toEqual([]);
    }
  });

  test('is refused where it is too much to be read whole, or in one line', async () => {
    await expect(read(`[${'1,'.repeat(600)}1]`, 100, 1_000)).rejects.toMatchObject({
      code: 'body_too_large',
    });
    await expect(read(`{"a":1}\n"${'x'.repeat(2_000)}"`, 100, 1_000)).rejects.toThrow(/a line/);
  });
});

describe('a file that was read in part', () => {
  const file = fc.tuple(records, fc.constantFrom('lines', 'array', 'arrays'));

  const textOf = ([given, form]: [unknown[], string]) => {
    const pairs = given.map((record) => [record, { after: record }]);
    switch (form) {
      case 'array':
        return JSON.stringify(given);
      case 'arrays':
        return pairs.map((pair) => JSON.stringify(pair)).join('\n');
      default:
        return given.map((record) => `${JSON.stringify(record)}\n\n`).join('');
    }
  };

  test('goes on after each of its records with the next, whatever the pieces', async () => {
    await fc.assert(
      fc.asyncProperty(file, pieces, pieces, async (given, before, later) => {
        const text = textOf(given);
        const all = await read(text, before);
        const bytes = Buffer.from(text);
        for (const [index, { after }] of all.entries()) {
          const rest = inPieces(bytes.subarray(after.bytes), later);
          const { items } = await drained(readCandidates(rest, { ...options, from: after }));
          const wanted = all.slice(index + 1);
          expect(valuesOf(items)).toEqual(valuesOf(wanted));
          expect(items.map(({ line }) => line)).toEqual(wanted.map(({ line }) => line));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('is entered at a line, and a record of an array counted', async () => {
    const lines = await read('{"a":1}\n\n{"b":2}\n');
    expect(lines.map(({ after }) => after)).toEqual<Place[]>([
      { bytes: 8, line: 1, records: 0 },
      { bytes: 17, line: 3, records: 0 },
    ]);
    const array = await read('[1, 2]');
    expect(array.map(({ after }) => after)).toEqual<Place[]>([
      { bytes: 0, line: 0, records: 1 },
      { bytes: 0, line: 0, records: 2 },
    ]);
  });
});

describe('a file that breaks off', () => {
  async function* broken(text: string): AsyncGenerator<Buffer> {
    yield Buffer.from(text);
    throw new Error('broken');
  }

  test('gives all that is whole before the fault', async () => {
    for (const [text, wanted] of [
      ['{"a":1}\n{"a":2}\n{"a":', [{ a: 1 }, { a: 2 }]],
      ['[{"a":1},{"a":2},{"a":', [{ a: 1 }, { a: 2 }, 'is not valid JSON']],
      ['{"Response":{"TotalCount"', []],
    ] as const) {
      const { items, failure } = await drained(readCandidates(broken(text), options));
      expect(valuesOf(items)).toEqual(wanted);
      expect(failure).toMatchObject({ message: 'broken' });
    }
  });
});
