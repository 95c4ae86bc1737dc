// A page of records as text, in the format asked for.

import { styleText } from 'node:util';
import { stringify } from 'csv-stringify/sync';
import type { NativeInvocation } from '../wire/native/encode-invocation.ts';
import type { NativePage } from '../wire/native/encode-page.ts';
import type { Snippet } from '../wire/native/snippets.ts';
import { firstLine } from './outcome-text.ts';
import { printable } from './printable.ts';
import { type Column, renderTable } from './render-table.ts';
import { snippetLines } from './snippet-text.ts';

export const outputFormats = ['table', 'wide', 'json', 'jsonl', 'csv'] as const;
export type OutputFormat = (typeof outputFormats)[number];

export interface RenderOptions {
  readonly output: OutputFormat;
  /** After a table: the whole log of each record. */
  readonly detailed: boolean;
}

const MIB = 1024 * 1024;
// At least so wide: rows that are printed one by one then stand under each other.
const FUNCTION_WIDTH = 16;
const STATUS_WIDTH = 7;
const DURATION_WIDTH = 11;
const MEMORY_WIDTH = 8;

const columns: readonly Column<NativeInvocation>[] = [
  { head: 'START (UTC)', cell: (record) => timeCell(record.startTime) },
  { head: 'FUNCTION', cell: (record) => printable(record.functionName).padEnd(FUNCTION_WIDTH) },
  { head: 'STATUS', cell: statusCell },
  {
    head: 'DURATION',
    cell: (record) => `${Number(record['duration']).toFixed(2)} ms`.padStart(DURATION_WIDTH),
    right: true,
  },
  { head: 'MEMORY', cell: (record) => memoryCell(record['memUsage']), right: true },
  { head: 'REQUEST ID', cell: (record) => printable(record.requestId) },
];

const wideColumns: readonly Column<NativeInvocation>[] = [
  ...columns,
  { head: 'QUALIFIER', cell: (record) => printable(String(record['qualifier'])) },
  { head: 'RETRY', cell: (record) => String(record['retryNum']), right: true },
  { head: 'CODE', cell: (record) => String(record['statusCode']), right: true },
  { head: 'MESSAGE', cell: (record) => printable(firstLine(String(record['retMsg']))) },
];

/** The columns of CSV: every field of a record, in the order of the native API. */
const csvColumns = [
  'namespace',
  'functionName',
  'qualifier',
  'requestId',
  'retryNum',
  'startTime',
  'duration',
  'billDuration',
  'memUsage',
  'memoryLimit',
  'initDuration',
  'retCode',
  'statusCode',
  'invokeFinished',
  'retMsg',
  'log',
  'traceId',
  'source',
  'runStatus',
  'lastHeard',
];

/** @returns text without a newline at its end; empty where there is nothing to show */
export function renderPage(page: NativePage, { output, detailed }: RenderOptions): string {
  const records = page.invocations;
  switch (output) {
    case 'json':
      return JSON.stringify(page, null, 2);
    case 'jsonl':
      return records.map((record) => JSON.stringify(record)).join('\n');
    case 'csv':
      return stringify([...records], { header: true, columns: csvColumns }).replace(/\n$/, '');
    case 'table':
    case 'wide': {
      if (records.length === 0) {
        return '';
      }
      const table = renderTable(records, output === 'wide' ? wideColumns : columns);
      const more = detailed ? records.map(detailText) : snippetTexts(records);
      return [table, ...more].join('\n\n');
    }
    default:
      return output satisfies never;
  }
}

function detailText(record: NativeInvocation): string {
  const parts = [
    `${record.functionName} ${record.requestId}`,
    `returned: ${String(record['retMsg'])}`,
    String(record['log']),
  ];
  return parts.map(printable).join('\n');
}

/** Where a search was found, record by record. */
function snippetTexts(records: readonly NativeInvocation[]): string[] {
  return records.flatMap((record) => {
    const snippets = (record['snippets'] ?? []) as readonly Snippet[];
    const hasColors = process.stdout.isTTY && process.stdout.hasColors();
    return snippets.length === 0
      ? []
      : [[printable(record.requestId), ...snippetLines(snippets, hasColors)].join('\n')];
  });
}

function timeCell(startTime: string): string {
  return startTime.replace('T', ' ').slice(0, 23);
}

function statusCell(record: NativeInvocation): string {
  switch (record['retCode']) {
    case 0:
      return 'ok'.padEnd(STATUS_WIDTH);
    case 2:
      return record['runStatus'] === 'lost'
        ? colored('red', `lost${heardText(record['lastHeard'])}`)
        : colored('yellow', 'running'.padEnd(STATUS_WIDTH));
    default:
      return colored('red', 'failed'.padEnd(STATUS_WIDTH));
  }
}

/** When the store last took news of the run. */
function heardText(lastHeard: unknown): string {
  return typeof lastHeard === 'string' ? `, last heard of ${timeCell(lastHeard).slice(0, 19)}` : '';
}

function memoryCell(bytes: unknown): string {
  return `${(Number(bytes) / MIB).toFixed(1)} MB`.padStart(MEMORY_WIDTH);
}

function colored(color: 'red' | 'yellow', text: string): string {
  return process.stdout.isTTY && process.stdout.hasColors() ? styleText(color, text) : text;
}
