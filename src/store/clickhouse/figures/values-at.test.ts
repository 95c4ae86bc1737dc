// Values that are found without unpacking all of them, against sorting them.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Packer, Turns, unpack } from './packed-values.ts';
import { countBelow, valuesAt } from './values-at.ts';

const numRuns = Number(process.env['FNLOG_FUZZ_RUNS'] ?? 60);

function packAll(cells: readonly (readonly number[])[]) {
  const differences = cells.map((values) =>
    sorted(values).map((value, at, all) => value - (at === 0 ? 0 : (all[at - 1] ?? 0))),
  );
  const packer = new Packer(differences);
  return differences.map((of) => packer.valuesAt({ ...packer.pack(of), count: of.length }));
}

function sorted(values: Iterable<number>): number[] {
  return [...values].sort((one, other) => one - other);
}

const value = fc.oneof(
  fc.nat({ max: 300 }),
  fc.nat({ max: 5_000_000 }),
  fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
);
const cell = fc.array(value, { maxLength: 600, size: 'max' });

/** Like durations: many close together, some far off. */
function manyCells(seed: number): number[][] {
  let state = seed;
  const next = (max: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state % max;
  };
  return Array.from({ length: 1 + (seed % 40) }, () =>
    Array.from({ length: next(8_000) }, () =>
      next(50) === 0 ? next(2 ** 31) : 40_000 + next(seed % 3 === 0 ? 5 : 90_000),
    ),
  );
}

describe('packed values', () => {
  test('are what was packed, from any mark on', () => {
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 4 }), fc.nat({ max: 4 }), (cells, nth) => {
        for (const [index, packed] of packAll(cells).entries()) {
          const values = sorted(cells[index] ?? []).slice(nth * 128);
          const into = new Float64Array(values.length);
          unpack(packed, nth, Number.MAX_SAFE_INTEGER, into);
          expect([...into]).toEqual(values);
        }
      }),
      { numRuns },
    );
  });

  test('are counted below any value', () => {
    fc.assert(
      fc.property(cell, value, (values, bound) => {
        const [packed] = packAll([values]);
        for (const below of [bound, ...values.slice(0, 5)]) {
          expect(packed && countBelow(packed, below)).toBe(
            values.filter((one) => one < below).length,
          );
        }
      }),
      { numRuns },
    );
  });

  test('have at each place what sorting puts there, few of them and many', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.array(cell, { minLength: 1, maxLength: 4 }),
          fc.integer({ min: 1, max: 1_000_000 }).map(manyCells),
        ),
        fc.array(fc.double({ min: 0, max: 0.999_999, noNaN: true }), { maxLength: 6 }),
        async (cells, shares) => {
          const all = sorted(cells.flat());
          fc.pre(all.length > 0);
          const places = [...shares, 0, 0.5, 0.999_999].map((share) =>
            Math.floor(share * all.length),
          );
          expect(await valuesAt(packAll(cells), places, new Turns())).toEqual(
            places.map((place) => all[place]),
          );
        },
      ),
      { numRuns },
    );
  });
});
