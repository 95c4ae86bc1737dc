// CSV with a header as native records. Every cell is text; what the native shape has as a number, a
// time or a flag is read as one, and kept as it is where it is none, so that the reader of records
// names the field and the value.

import { AppError, shownValue } from '../../domain/errors.ts';
import { parseRfc3339Us } from '../../domain/rfc3339.ts';
import { rfc3339 } from '../../wire/native/encode-invocation.ts';
import type { ReadZonedTime } from '../../wire/time-from-zone.ts';
import { type CsvRow, readCsvRows } from './csv-rows.ts';
import { FILE_START } from './place.ts';
import type { ReadCandidate, ReadOptions } from './read-candidates.ts';

/** Native fields by the names of the columns that hold them. */
export type ColumnMap = ReadonlyMap<string, string>;

export interface CsvOptions extends ReadOptions {
  /** Columns that it does not name are fields of their own name. */
  readonly columns: ColumnMap;
  /** Reads YYYY-MM-DD HH:MM:SS. */
  readonly readTime: ReadZonedTime;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const FRACTION = /\.(\d{1,9})$/;
const numberFields: ReadonlySet<string> = new Set([
  ...['retryNum', 'duration', 'billDuration', 'memUsage', 'memoryLimit', 'timeLimit'],
  ...['initDuration', 'retCode', 'statusCode', 'logCutBytes'],
]);
const flags: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/**
 * @param text such as functionName=fn,requestId=id: on the left the native field
 * @returns nothing where there is no text
 * @throws AppError invalid_parameter
 */
export function parseColumnMap(text: string | undefined): ColumnMap {
  if (text === undefined) {
    return new Map();
  }
  const pairs = text.split(',').map((pair) => {
    const [, field = '', column = ''] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    if (field === '') {
      throw new AppError(
        'invalid_parameter',
        `--columns has ${shownValue(pair)}: it takes FIELD=COLUMN, parted by commas, such as functionName=fn,requestId=id`,
      );
    }
    return [column.trim(), field.trim()] as const;
  });
  return new Map(pairs);
}

/** Whether a first line names the columns that a record cannot do without. */
export function isCsvHeader(line: string, columns: ColumnMap): boolean {
  const cells = line.replace(/^\ufeff/, '').split(',');
  const names = cells.map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const fields = names.map((name) => columns.get(name) ?? name);
  return ['functionName', 'requestId', 'startTime'].every((field) => fields.includes(field));
}

/**
 * @param chunks text from the start of the file
 * @param options of `from` the line counts: rows up to it are passed over
 * @returns a candidate for each row, with the line that it ends on
 * @throws AppError body_too_large; invalid_parameter for a column that is not there; what `chunks`
 *   throw, after all rows before it
 */
export async function* readCsv(
  chunks: AsyncIterable<Buffer>,
  options: CsvOptions,
): AsyncGenerator<ReadCandidate> {
  const { from = FILE_START } = options;
  let fields: readonly string[] | undefined;
  for await (const row of readCsvRows(chunks, options)) {
    if (fields === undefined && 'cells' in row) {
      fields = fieldsOf(row.cells, options);
    } else if (row.line > from.line) {
      yield candidateOf(row, fields ?? [], options);
    }
  }
}

function fieldsOf(cells: readonly string[], { name, columns }: CsvOptions): readonly string[] {
  const header = cells.map((cell) => cell.trim());
  const missing = [...columns.keys()].find((column) => !header.includes(column));
  if (missing !== undefined) {
    throw new AppError(
      'invalid_parameter',
      `--columns names the column ${shownValue(missing)}, which ${name} does not have; it has ${header.join(', ')}`,
    );
  }
  return header.map((cell) => columns.get(cell) ?? cell);
}

function candidateOf(
  row: CsvRow,
  fields: readonly string[],
  { readTime }: CsvOptions,
): ReadCandidate {
  const { line } = row;
  const after = { ...FILE_START, line };
  if ('unreadable' in row) {
    return { line, unreadable: row.unreadable, after };
  }
  const { cells } = row;
  if (cells.length !== fields.length) {
    const reason = `has ${cells.length} cells, and the header has ${fields.length}`;
    return { line, unreadable: reason, after };
  }
  const given = cells.flatMap((cell, index) => {
    const field = fields[index] ?? '';
    return cell === '' || field === ''
      ? []
      : [[field, nativeOfCell(field, cell, readTime)] as const];
  });
  const bytes = cells.reduce((sum, cell) => sum + cell.length + 1, 0);
  return { line, value: Object.fromEntries(given), bytes, after };
}

function nativeOfCell(field: string, cell: string, readTime: ReadZonedTime): unknown {
  const text = cell.trim();
  if (field === 'startTime') {
    return timeOf(text, readTime);
  }
  if (field === 'invokeFinished') {
    return flags.get(text.toLowerCase()) ?? cell;
  }
  return numberFields.has(field) && NUMBER.test(text) ? Number(text) : cell;
}

/** RFC 3339 as it is, milliseconds since 1970, or a time of the zone, also with a fraction. */
function timeOf(text: string, readTime: ReadZonedTime): unknown {
  if (NUMBER.test(text)) {
    return Number(text);
  }
  if (parseRfc3339Us(text) !== undefined) {
    return text;
  }
  const [, fraction = ''] = FRACTION.exec(text) ?? [];
  const second = readTime(text.replace(FRACTION, '').replace('T', ' '))?.firstUs;
  return second === undefined
    ? text
    : rfc3339(second + Number(fraction.slice(0, 6).padEnd(6, '0')));
}
