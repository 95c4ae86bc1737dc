import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonDocuments } from './json-documents.ts';

function shortOf(text: string): [unknown, string][] {
  return [...jsonDocuments(Buffer.from(text), 'list')].map(({ head, array }) => [
    head,
    array.toString(),
  ]);
}

describe('objects one after another', () => {
  test.each([
    ['one', '{"a":1,"list":[1,2]}', [[{ a: 1, list: [] }, '[1,2]']]],
    ['with the array first', '{"list":[1],"a":1}', [[{ list: [], a: 1 }, '[1]']]],
    ['with space around everything', ' { "list" : [ 1 ] } \n', [[{ list: [] }, '[ 1 ]']]],
    ['without the array', '{"a":{"list":[1]}}', [[{ a: { list: [1] } }, '']]],
    ['where the member is no array', '{"list":{"a":[1]}}', [[{ list: { a: [1] } }, '']]],
    ['where another array comes before', '{"x":[0],"list":[1]}', [[{ x: [0], list: [] }, '[1]']]],
    [
      'joined by nothing',
      '{"list":[1]}{"list":[2]}',
      [
        [{ list: [] }, '[1]'],
        [{ list: [] }, '[2]'],
      ],
    ],
    [
      'one a line, with blank ones',
      '{"a":1}\r\n\n{"b":2}\n',
      [
        [{ a: 1 }, ''],
        [{ b: 2 }, ''],
      ],
    ],
  ])('%s', (_what, text, documents) => {
    expect(shortOf(text)).toEqual(documents);
  });

  test('may hold brackets, quotes and the name of the array in their texts', () => {
    const list = ['}]{["', { 'key"]': '\\"' }, '\\', ['"list":[']];
    const text = JSON.stringify({ a: '"list":[0', 'b"list': [1], list, c: '\\' });
    expect(shortOf(text + text).map(([, array]) => JSON.parse(array))).toEqual([list, list]);
  });

  test.each(['', ' \n'])('%j is none', (text) => {
    expect(shortOf(text)).toEqual([]);
  });

  test.each([
    ['no object', 'hello'],
    ['an array', '[{"list":[1]}]'],
    ['no end', '{"list":[1]'],
    ['a text without an end', '{"a":"x}'],
    ['no JSON around the array', '{"a" 1,"list":[1]}'],
  ])('with %s has no head', (_what, text) => {
    expect(shortOf(text).map(([head]) => head)).toEqual([undefined]);
  });

  test('are told apart up to what is none', () => {
    expect(shortOf('{"list":[1]} rest {"list":[2]}').map(([head]) => head)).toEqual([
      { list: [] },
      undefined,
    ]);
  });

  test('have no head where more than a megabyte stands around the array', () => {
    const text = JSON.stringify({ a: 'x'.repeat(1024 * 1024), list: [1] });
    expect(shortOf(text)).toEqual([[undefined, '[1]']]);
  });
});

test('what is told apart is what was joined', () => {
  const member = fc.oneof(fc.constant('list'), fc.string({ unit: 'binary' }));
  const object = fc.dictionary(member, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });
  fc.assert(
    fc.property(fc.array(object, { maxLength: 5 }), fc.constantFrom('', ' ', '\n'), (all, gap) => {
      const text = all.map((one) => JSON.stringify(one)).join(gap);
      const wanted = (
        JSON.parse(`[${all.map((one) => JSON.stringify(one)).join()}]`) as object[]
      ).map((one) => {
        const list = Object.getOwnPropertyDescriptor(one, 'list')?.value as unknown;
        return Array.isArray(list) ? [{ ...one, list: [] }, list] : [one, undefined];
      });
      const found = shortOf(text).map(([head, array]) => [
        head,
        array === '' ? undefined : JSON.parse(array),
      ]);
      expect(found).toEqual(wanted);
    }),
    { numRuns: 300 },
  );
});
