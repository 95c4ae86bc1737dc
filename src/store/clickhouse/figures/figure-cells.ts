// What is kept of the runs of a slice of time, function by function and version by version: counts,
// sums and largest values, and every duration and memory, so that percentiles stay exact.

import { type PackedValues, Packer } from './packed-values.ts';

/** What is added up over cells. */
const addedNames = [
  'ok',
  'failed',
  'unfinished',
  'okCold',
  'failedCold',
  'unfinishedCold',
  // Milliseconds times bytes, in two parts that can be added up without a loss.
  'okBilledHigh',
  'okBilledLow',
  'failedBilledHigh',
  'failedBilledLow',
  'durationSumUs',
] as const;
/** Of which the largest counts. These and all about durations and memory are of runs that have ended. */
const largestNames = ['durationMaxUs', 'memoryMax', 'memoryLimit', 'memoryShare'] as const;

const figureNames = [...addedNames, ...largestNames, 'slice'] as const;
export type FigureName = (typeof figureNames)[number];
export type SummedName = Exclude<FigureName, 'slice'>;

/** What the upper part of what is billed counts. */
export const BILLED_HIGH = 2 ** 40;

const valueNames = [
  'durationsUs',
  'memoryBytes',
  /** When runs without an end are over at the latest, of those whose time limit is known … */
  'deadlinesUs',
  /** … and when the others began. */
  'openStartsUs',
] as const;
export type ValueName = (typeof valueNames)[number];

/** As a statement gives it: of values the smallest, and how much larger each next one is. */
export type CellRow = Readonly<Record<FigureName, number>> &
  Readonly<Record<ValueName, readonly number[]>> & {
    readonly functionName: string;
    readonly qualifier: string;
  };

/** Bytes of a cell besides its values; its names take about forty. */
const CELL_BYTES = 8 * figureNames.length + 12 * valueNames.length + 56;

export class FigureCells {
  readonly #names: readonly string[];
  readonly #qualifiers: readonly string[];
  readonly #figures: Float64Array;
  readonly #packer: Packer;
  /** Where values are, how many, and their first mark, cell by cell. */
  readonly #places: Uint32Array;

  constructor(rows: readonly CellRow[]) {
    this.#names = rows.map(({ functionName }) => functionName);
    this.#qualifiers = rows.map(({ qualifier }) => qualifier);
    this.#figures = Float64Array.from(rows.flatMap((row) => figureNames.map((name) => row[name])));
    const all = rows.flatMap((row) => valueNames.map((name) => row[name]));
    this.#packer = new Packer(all);
    this.#places = new Uint32Array(3 * all.length);
    for (const [index, values] of all.entries()) {
      const { at, markAt } = this.#packer.pack(values);
      this.#places.set([at, values.length, markAt], 3 * index);
    }
  }

  get length(): number {
    return this.#names.length;
  }

  /** In memory, about. */
  get byteLength(): number {
    return this.#packer.byteLength + CELL_BYTES * this.length;
  }

  functionNameAt(cell: number): string {
    return this.#names[cell] ?? '';
  }

  qualifierAt(cell: number): string {
    return this.#qualifiers[cell] ?? '';
  }

  figureAt(cell: number, name: FigureName): number {
    return this.#figures[cell * figureNames.length + figurePlaces[name]] ?? 0;
  }

  /** Adds a cell to the sums of others. @param sums as newSums gives them */
  addTo(sums: Float64Array, cell: number): void {
    const first = cell * figureNames.length;
    for (let place = 0; place < addedNames.length; place++) {
      sums[place] = (sums[place] ?? 0) + (this.#figures[first + place] ?? 0);
    }
    for (let place = addedNames.length; place < summedCount; place++) {
      sums[place] = Math.max(sums[place] ?? 0, this.#figures[first + place] ?? 0);
    }
  }

  valuesAt(cell: number, name: ValueName): PackedValues {
    const place = 3 * (cell * valueNames.length + valuePlaces[name]);
    return this.#packer.valuesAt({
      at: this.#places[place] ?? 0,
      count: this.#places[place + 1] ?? 0,
      markAt: this.#places[place + 2] ?? 0,
    });
  }
}

const summedCount = addedNames.length + largestNames.length;

export function newSums(): Float64Array {
  return new Float64Array(summedCount);
}

export function sumOf(sums: Float64Array, name: SummedName): number {
  return sums[figurePlaces[name]] ?? 0;
}

const figurePlaces = placesOf(figureNames);
const valuePlaces = placesOf(valueNames);

function placesOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, place) => [name, place])) as Record<Name, number>;
}
