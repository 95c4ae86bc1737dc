// A table for a terminal: aligned columns, no lines.

import Table from 'cli-table3';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  readonly right?: true;
}

const NO_LINES = Object.fromEntries(
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid'
    .split(' ')
    .map((place) => [place, '']),
);

/** @returns text without a newline at its end */
export function renderTable<Row>(rows: readonly Row[], shown: readonly Column<Row>[]): string {
  const table = new Table({
    head: shown.map(({ head }) => head),
    chars: { ...NO_LINES, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: shown.map(({ right }) => (right ? 'right' : 'left')),
  });
  for (const row of rows) {
    table.push(shown.map(({ cell }) => cell(row)));
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
