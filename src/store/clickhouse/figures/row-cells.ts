// What is kept of a slice of time as rows, just as a statement gives them.

/** Numbers and places of texts, about. */
const ROW_BYTES = 120;

export class RowCells<Row extends object> {
  readonly rows: readonly Row[];

  /** @param texts gives the same text for the same text: names and shapes come again and again */
  constructor(rows: readonly Row[], texts: (text: string) => string) {
    this.rows = rows.map((row) => {
      const fields = Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'string' ? texts(value) : value,
      ]);
      return Object.fromEntries(fields) as Row;
    });
  }

  get byteLength(): number {
    return ROW_BYTES * this.rows.length;
  }
}

/** Bounded: beyond it they are kept as they come. */
const TEXTS_MAX = 20_000;

/** @returns what gives one text for all that are equal to it */
export function sameTexts(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const same = known.get(text);
    if (same === undefined && known.size < TEXTS_MAX) {
      known.set(text, text);
    }
    return same ?? text;
  };
}
