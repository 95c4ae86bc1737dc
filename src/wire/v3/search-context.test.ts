import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildInvocation } from '../../../test/support/build-invocation.ts';
import { ParameterReader } from './parameter-reader.ts';
import { treeOfJson } from './parameter-tree.ts';
import { nextSearchContext, readSearchContext } from './search-context.ts';

const read = (value: object) =>
  readSearchContext(new ParameterReader(treeOfJson(Buffer.from(JSON.stringify(value)))));

describe('a search context', () => {
  test('leads from page to page', () => {
    const counts = fc.nat({ max: 2 ** 40 });
    fc.assert(
      fc.property(counts, counts, fc.nat({ max: 3 }), (asOf, offset, rows) => {
        const page = {
          total: 9,
          asOf,
          invocations: Array.from({ length: rows }, () => buildInvocation()),
        };
        const first = { limit: 3, keyword: 'k', type: 'Platform', position: undefined } as const;
        const second = nextSearchContext({ ...first, position: { asOf, offset } }, page);
        expect(read(second)).toEqual({ ...first, position: { asOf, offset: offset + rows } });
        expect(read(nextSearchContext(first, page)).position).toEqual({ asOf, offset: rows });
      }),
    );
  });

  test('of the first page has an empty Offset', () => {
    expect(read({ Offset: '', Limit: 5 })).toEqual({
      limit: 5,
      keyword: undefined,
      type: 'Application',
      position: undefined,
    });
  });

  test.each([
    '1',
    '1-2',
    '2-1-1',
    '1--1-1',
    '1-1-1-1',
    '1-1e3-1',
    `1-${'9'.repeat(16)}-1`,
    '1-1-x',
  ])('with the Offset %j is refused', (Offset) => {
    expect(() => read({ Offset, Limit: 5 })).toThrow(/Offset has the value/);
  });
});
