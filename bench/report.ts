// What a bench has found, on standard output: tables for a terminal or for a Markdown document.
// What it is doing in the meantime goes to standard error.

import { writeFileSync } from 'node:fs';
import CliTable from 'cli-table3';

export interface Table {
  /** What the table is of, where a report has more than one. */
  readonly title?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Report extends Table {
  /** One line each: the machine, the workload, what to know about the figures. */
  readonly notes: readonly string[];
  /** Tables after the first. */
  readonly further?: readonly Table[];
  /** The figures unrounded, for a file. */
  readonly raw: unknown;
}

export interface ReportOptions {
  readonly markdown: boolean;
  /** A file for the raw figures. */
  readonly json?: string;
}

/** Prints a report and writes its raw figures where a file is given. */
export function printReport(report: Report, options: ReportOptions): void {
  console.log(options.markdown ? markdownOf(report) : textOf(report));
  keepRaw(report, options);
}

/**
 * Prints the last of reports that each hold what the one before had, also where the next one fails.
 * Raw figures are written as they come, so that a bench that is stopped has not been for nothing.
 */
export async function printLastReport(
  reports: AsyncIterable<Report>,
  options: ReportOptions,
): Promise<void> {
  let last: Report | undefined;
  try {
    for await (const report of reports) {
      last = report;
      keepRaw(report, options);
    }
  } finally {
    endProgress();
    if (last !== undefined) {
      printReport(last, options);
    }
  }
}

function keepRaw({ raw }: Report, { json }: ReportOptions): void {
  if (json !== undefined) {
    writeFileSync(json, `${JSON.stringify(raw, null, 2)}\n`);
  }
}

function markdownOf(report: Report): string {
  const notes = report.notes.map((note) => `- ${note}`).join('\n');
  return [notes, ...[report, ...(report.further ?? [])].map(markdownTable)].join('\n\n');
}

function markdownTable({ title, columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, index) => (isNumeric(rows, index) ? '---:' : '---'));
  const heading = title === undefined ? [] : [`${title}:`, ''];
  return [...heading, line(columns), line(rule), ...rows.map(line)].join('\n');
}

function textOf(report: Report): string {
  return [...report.notes, ...[report, ...(report.further ?? [])].map(textTable)].join('\n');
}

function textTable({ title, columns, rows }: Table): string {
  const table = new CliTable({
    head: [...columns],
    colAligns: columns.map((_, index) => (isNumeric(rows, index) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return title === undefined ? table.toString() : `\n${title}\n${table.toString()}`;
}

function isNumeric(rows: readonly (readonly string[])[], column: number): boolean {
  return rows.every((row) => /^[\d.,–]+$/.test(row[column] ?? ''));
}

/** Says what is being done: one line that is written over on a terminal, a line each elsewhere. */
export function showProgress(text: string): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\u001b[K${text.slice(0, process.stderr.columns - 1)}`);
  } else {
    process.stderr.write(`${text}\n`);
  }
}

/** Takes the last line of showProgress away. */
export function endProgress(): void {
  if (process.stderr.isTTY) {
    process.stderr.write('\r\u001b[K');
  }
}

/** Three digits that mean something: 12,300, 45.6, 0.78. */
export function threeDigits(value: number): string {
  if (!Number.isFinite(value)) {
    return '–';
  }
  return value >= 100
    ? Number(value.toPrecision(3)).toLocaleString('en')
    : String(Number(value.toPrecision(3)));
}

/** Bytes in millions, a dash where nothing is known. */
export function megabytes(bytes: number | null | undefined): string {
  return threeDigits((bytes ?? Number.NaN) / 1_000_000);
}
