// Figures over many runs as text.

import { stringify } from 'csv-stringify/sync';
import type {
  NativeFigures,
  NativeFunctionPage,
  NativeStatistics,
} from '../wire/native/encode-statistics.ts';
import { printable } from './printable.ts';
import { type Column, renderTable } from './render-table.ts';

/** As for records, without the wide table: there is nothing more to show. */
export const figureFormats = ['table', 'json', 'jsonl', 'csv'] as const;
export type FigureFormat = (typeof figureFormats)[number];

type Group = NativeStatistics['groups'][number];
type FunctionEntry = NativeFunctionPage['functions'][number];

const MIB = 1024 * 1024;

const figureColumns: readonly Column<NativeFigures>[] = [
  { head: 'RUNS', cell: ({ runs }) => count(runs), right: true },
  { head: 'FAILED', cell: failedCell, right: true },
  { head: 'P50', cell: ({ duration }) => milliseconds(duration?.p50), right: true },
  { head: 'P95', cell: ({ duration }) => milliseconds(duration?.p95), right: true },
  { head: 'P99', cell: ({ duration }) => milliseconds(duration?.p99), right: true },
  { head: 'MAX', cell: ({ duration }) => milliseconds(duration?.max), right: true },
  { head: 'MEMORY', cell: memoryCell, right: true },
  { head: 'COLD', cell: ({ coldStarts }) => count(coldStarts), right: true },
  { head: 'GB-S', cell: ({ billedGbSeconds }) => billedGbSeconds.toFixed(1), right: true },
];
const priceColumn: Column<NativeFigures> = {
  head: 'PRICE',
  cell: ({ price }) => (price === undefined ? '' : `${price.amount.toFixed(2)} ${price.currency}`),
  right: true,
};

/** @returns text without a newline at its end; empty where there is nothing to show */
export function renderStatistics(statistics: NativeStatistics, output: FigureFormat): string {
  const { groups } = statistics;
  const has = (name: 'time' | 'functionName' | 'qualifier') =>
    groups.some((group) => group[name] !== undefined);
  const names: Column<Group>[] = [
    ...(has('time') ? [{ head: 'TIME (UTC)', cell: timeCell }] : []),
    ...(has('functionName') ? [{ head: 'FUNCTION', cell: nameCell('functionName') }] : []),
    ...(has('qualifier') ? [{ head: 'QUALIFIER', cell: nameCell('qualifier') }] : []),
  ];
  return render(statistics, { rows: groups, names, output });
}

/** @returns text without a newline at its end; empty where there is nothing to show */
export function renderFunctions(page: NativeFunctionPage, output: FigureFormat): string {
  const names: Column<FunctionEntry>[] = [
    { head: 'FUNCTION', cell: ({ functionName }) => printable(functionName) },
    { head: 'CHANGED', cell: ({ changed }) => changed.toFixed(2), right: true },
  ];
  return render(page, { rows: page.functions, names, output });
}

interface Rendering<Row> {
  readonly rows: readonly Row[];
  readonly names: readonly Column<Row>[];
  readonly output: FigureFormat;
}

function render<Row extends NativeFigures>(
  whole: unknown,
  { rows, names, output }: Rendering<Row>,
): string {
  switch (output) {
    case 'json':
      return JSON.stringify(whole, null, 2);
    case 'jsonl':
      return rows.map((row) => JSON.stringify(row)).join('\n');
    case 'csv':
      return stringify(rows.map(flat), { header: true }).replace(/\n$/, '');
    case 'table': {
      const prices = rows.some(({ price }) => price !== undefined) ? [priceColumn] : [];
      return rows.length === 0 ? '' : renderTable(rows, [...names, ...figureColumns, ...prices]);
    }
    default:
      return output satisfies never;
  }
}

/** Figures of figures get the name of both: duration.p95. Series are for other formats. */
function flat(row: object): Record<string, unknown> {
  const cells: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    if (typeof value !== 'object') {
      cells[name] = value;
    } else if (name !== 'series') {
      for (const [inner, figure] of Object.entries(flat(value as object))) {
        cells[`${name}.${inner}`] = figure;
      }
    }
  }
  return cells;
}

function nameCell(name: 'functionName' | 'qualifier'): (group: Group) => string {
  return (group) => printable(group[name] ?? '');
}

function timeCell({ time = '' }: Group): string {
  return time.replace('T', ' ').slice(0, 19);
}

function failedCell({ ok, failed, lost }: NativeFigures): string {
  const over = ok + failed + lost;
  return over === 0 ? '' : `${((100 * (failed + lost)) / over).toFixed(2)} %`;
}

function memoryCell({ memory }: NativeFigures): string {
  return memory === undefined ? '' : `${(memory.max / MIB).toFixed(1)} MB`;
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? '' : `${value.toFixed(2)} ms`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
