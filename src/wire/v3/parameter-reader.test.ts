// What an action reads is the same whether its parameters came as JSON or flattened.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AppError } from '../../domain/errors.ts';
import { ParameterReader } from './parameter-reader.ts';
import { type ParameterTree, treeOfFlattened, treeOfJson } from './parameter-tree.ts';

const json = (value: unknown) => treeOfJson(Buffer.from(JSON.stringify(value)));

interface Given {
  readonly name: string;
  readonly limit: number;
  readonly filters: readonly { readonly Name: string; readonly Values: readonly string[] }[];
}

function flattened({ name, limit, filters }: Given): ParameterTree {
  return treeOfFlattened([
    ['FunctionName', name],
    ['Limit', String(limit)],
    ...filters.flatMap(({ Name, Values }, at): (readonly [string, string])[] => [
      [`Filters.${at}.Name`, Name],
      ...Values.map((value, index) => [`Filters.${at}.Values.${index}`, value] as const),
    ]),
  ]);
}

function read(tree: ParameterTree): Given {
  const reader = new ParameterReader(tree);
  const given = {
    name: reader.text('FunctionName') ?? '',
    limit: reader.requiredInteger('Limit', 10_000),
    filters: reader.structures('Filters', 10).map((filter) => {
      const read = { Name: filter.requiredText('Name'), Values: filter.texts('Values', 20) };
      filter.end();
      return read;
    }),
  };
  reader.end();
  return given;
}

function refusal(run: () => unknown): Pick<AppError, 'code' | 'message'> {
  try {
    run();
  } catch (error) {
    return error as AppError;
  }
  throw new Error('was not refused');
}

describe('parameters', () => {
  const text = fc.string({ unit: 'binary', minLength: 1 });
  const given = fc.record({
    name: fc.string({ unit: 'binary' }),
    limit: fc.nat({ max: 10_000 }),
    filters: fc.array(fc.record({ Name: text, Values: fc.array(text, { maxLength: 20 }) }), {
      maxLength: 10,
    }),
  });

  test('are the same in JSON and in a form', () => {
    fc.assert(
      fc.property(given, (asked) => {
        const { name: FunctionName, limit: Limit, filters: Filters } = asked;
        expect(read(json({ FunctionName, Limit, Filters }))).toEqual(asked);
        expect(read(flattened(asked))).toEqual(asked);
      }),
    );
  });

  test('may be null or empty, and are then left out', () => {
    for (const tree of [json({ A: null, B: '', C: {}, D: [] }), treeOfFlattened([['A', '']])]) {
      const reader = new ParameterReader(tree);
      expect(reader.text('A')).toBeUndefined();
      expect(reader.integer('B', 9)).toBeUndefined();
      expect(reader.structure('C')).toBeUndefined();
      expect(reader.structure('D')).toBeUndefined();
      expect(() => reader.end()).not.toThrow();
      expect(refusal(() => reader.requiredText('A')).code).toBe('missing_parameter');
    }
  });

  test('that nobody asked for are refused with what is known', () => {
    const reader = new ParameterReader(json({ Filter: { RetCode: 'is0', Colour: 'red' } }));
    const filter = reader.structure('Filter');
    expect(filter?.text('RetCode')).toBe('is0');
    expect(refusal(() => filter?.end())).toMatchObject({
      code: 'unknown_parameter',
      message: 'parameter "Filter.Colour" is not known: RetCode are',
    });
  });

  test.each(['-1', '1.5', '1e3', ' 1', '0x1', '10', '9'.repeat(17)])(
    'take no %j for a number of one digit in a form',
    (value) => {
      const reader = new ParameterReader(treeOfFlattened([['Limit', value]]));
      expect(refusal(() => reader.integer('Limit', 9)).code).toBe('invalid_parameter');
    },
  );

  test('that belong to every object are no others', () => {
    const reader = new ParameterReader(treeOfJson(Buffer.from('{"__proto__":{"Limit":1}}')));
    expect(reader.integer('Limit', 9)).toBeUndefined();
    expect(refusal(() => reader.end()).code).toBe('unknown_parameter');
  });
});
