// Blocks of numbers as the engine writes them.

import { describe, expect, test } from 'vitest';
import { decodeNumberColumns } from './native-columns.ts';

function block(columns: readonly (readonly [name: string, values: readonly number[]])[]): Buffer {
  const text = (value: string) => [Buffer.from([value.length]), Buffer.from(value)];
  const rows = columns[0]?.[1].length ?? 0;
  const parts = columns.flatMap(([name, values]) => [
    ...text(name),
    ...text('Float64'),
    Buffer.from(Float64Array.from(values).buffer),
  ]);
  // 300 rows and more take a second byte.
  const count = rows < 128 ? [rows] : [(rows % 128) | 128, Math.floor(rows / 128)];
  return Buffer.concat([Buffer.from([columns.length, ...count]), ...parts]);
}

describe('columns of numbers', () => {
  test('are put together over blocks, wherever they begin in the bytes', () => {
    const many = Array.from({ length: 300 }, (_, index) => index * 1.5);
    const bytes = Buffer.concat([
      Buffer.from([7]),
      block([
        ['a', [1, 2]],
        ['length', [2 ** 52, -0.5]],
      ]),
      block([
        ['a', many],
        ['length', many],
      ]),
    ]).subarray(1);
    expect(decodeNumberColumns(bytes).map((column) => [...column])).toEqual([
      [1, 2, ...many],
      [2 ** 52, -0.5, ...many],
    ]);
  });

  test('of nothing are none', () => {
    expect(decodeNumberColumns(Buffer.alloc(0))).toEqual([]);
  });

  test('of another type are refused', () => {
    const bytes = block([['a', [1]]]);
    bytes.write('UInt_64', bytes.indexOf('Float64'));
    expect(() => decodeNumberColumns(bytes)).toThrow('the column a is of the type UInt_64');
  });
});
