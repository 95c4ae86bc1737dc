// A block of records in the engine's own format Native: a header, then one column after the other.
// The engine takes it several times as fast as any text.

import {
  type InvocationBlock,
  NO_NUMBER,
  type NumberField,
  type TextField,
  textFields,
} from '../../domain/invocation-block.ts';
import type { TextColumn } from '../../domain/text-column.ts';

export interface RowsIdentity {
  /** Ingest sequence of the first row; the others follow it without gaps. */
  readonly seqFirst: number;
  readonly ingestTimeMs: number;
}

/** Rows that go into one block of the format. */
export interface RowsToEncode {
  readonly block: InvocationBlock;
  /** For each row the sequence of the record whose place it takes, 0 for none; undefined: none has. */
  readonly replaces?: readonly number[] | undefined;
}

type Width = 1 | 4 | 8;

const numberColumns: readonly (readonly [
  column: string,
  type: string,
  width: Width,
  field: NumberField,
])[] = [
  ['identityHash', 'UInt64', 8, 'identityHash'],
  ['contentHash', 'UInt64', 8, 'contentHash'],
  ['retryNum', 'UInt32', 4, 'retryNum'],
  ['startTime', "DateTime64(6, 'UTC')", 8, 'startTimeUs'],
  ['durationUs', 'UInt64', 8, 'durationUs'],
  ['billDurationMs', 'UInt64', 8, 'billDurationMs'],
  ['memUsageBytes', 'UInt64', 8, 'memUsageBytes'],
  ['memoryLimitBytes', 'UInt64', 8, 'memoryLimitBytes'],
  ['retCode', 'Int32', 4, 'retCode'],
  ['statusCode', 'Int32', 4, 'statusCode'],
  ['invokeFinished', 'UInt8', 1, 'invokeFinished'],
  ['logCutBytes', 'UInt64', 8, 'logCutBytes'],
  ['timeLimitMs', 'UInt64', 8, 'timeLimitMs'],
];
const INGEST_TIME = ['ingestTime', "DateTime64(3, 'UTC')"] as const;
const INIT_DURATION = ['initDurationUs', 'Nullable(UInt64)'] as const;

/** Every column that `encodeRows` writes, in its order. */
export const nativeColumns: readonly (readonly [name: string, type: string])[] = [
  ['seq', 'UInt64'],
  ['replaces', 'UInt64'],
  INGEST_TIME,
  ...numberColumns.map(([column, type]) => [column, type] as const),
  INIT_DURATION,
  ...textFields.map((field: TextField) => [field, 'String'] as const),
];

const TWO_32 = 0x1_0000_0000;
/** What the engine gets in one piece, and takes its memory for. */
const ROWS_MAX = 10_240;

/**
 * Many small blocks become one: what a block costs, here and in the engine, is mostly the same for
 * one row and for a thousand.
 *
 * @returns the bytes of one or more Native blocks, to be written one after the other
 */
export function encodeRows(
  parts: readonly RowsToEncode[],
  { seqFirst, ingestTimeMs }: RowsIdentity,
): Uint8Array[] {
  const out: Uint8Array[] = [];
  let seq = seqFirst;
  for (let from = 0, to = 0; from < parts.length; from = to) {
    let rows = 0;
    do {
      rows += parts[to]?.block.length ?? 0;
      to += 1;
    } while (to < parts.length && rows + (parts[to]?.block.length ?? 0) <= ROWS_MAX);
    encodeBlock(parts.slice(from, to), rows, { seqFirst: seq, ingestTimeMs }, out);
    seq += rows;
  }
  return out;
}

function encodeBlock(
  parts: readonly RowsToEncode[],
  rows: number,
  { seqFirst, ingestTimeMs }: RowsIdentity,
  out: Uint8Array[],
): void {
  const numbers = (header: Uint8Array, width: Width, valueAt: ValueAt) => {
    out.push(header, integers(parts, rows, width, valueAt));
  };
  out.push(Buffer.concat([varint(nativeColumns.length), varint(rows)]));
  numbers(SEQ, 8, (_part, _row, place) => seqFirst + place);
  numbers(REPLACES, 8, ({ replaces }, row) => replaces?.[row] ?? 0);
  numbers(INGEST_TIME_HEADER, 8, () => ingestTimeMs);
  for (const { header, width, field } of numberHeaders) {
    numbers(header, width, ({ block }, row) => block.numberAt(row, field));
  }
  out.push(INIT_DURATION_HEADER, initDurationNulls(parts, rows));
  out.push(
    integers(parts, rows, 8, ({ block }, row) => {
      const value = block.numberAt(row, 'initDurationUs');
      return value === NO_NUMBER ? 0 : value;
    }),
  );
  for (const { header, field } of textHeaders) {
    out.push(header, ...parts.map(({ block }) => textBytes(block.texts[field])));
  }
}

/** A column's texts are laid out as the engine does it: length (LEB128), then bytes. */
function textBytes({ bytes, end }: TextColumn): Uint8Array {
  return bytes.subarray(0, end);
}

function initDurationNulls(parts: readonly RowsToEncode[], rows: number): Uint8Array {
  return integers(parts, rows, 1, ({ block }, row) =>
    block.numberAt(row, 'initDurationUs') === NO_NUMBER ? 1 : 0,
  );
}

/** @param place of the row among those of all parts */
type ValueAt = (part: RowsToEncode, row: number, place: number) => number;

/** Little-endian; the machines that the engine exists for are. */
function integers(
  parts: readonly RowsToEncode[],
  rows: number,
  width: Width,
  valueAt: ValueAt,
): Uint8Array {
  const bytes = new Uint8Array(rows * width);
  const words = width === 1 ? bytes : new Uint32Array(bytes.buffer);
  const step = Math.max(1, width / 4);
  let place = 0;
  for (const part of parts) {
    for (let row = 0; row < part.block.length; row++) {
      const value = valueAt(part, row, place);
      words[place * step] = value;
      if (step === 2) {
        words[place * step + 1] = Math.floor(value / TWO_32);
      }
      place += 1;
    }
  }
  return bytes;
}

function header(name: string, type: string): Buffer {
  return Buffer.concat([
    varint(name.length),
    Buffer.from(name),
    varint(type.length),
    Buffer.from(type),
  ]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) + 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

const SEQ = header('seq', 'UInt64');
const REPLACES = header('replaces', 'UInt64');
const INGEST_TIME_HEADER = header(...INGEST_TIME);
const INIT_DURATION_HEADER = header(...INIT_DURATION);
const numberHeaders = numberColumns.map(([column, type, width, field]) => ({
  header: header(column, type),
  width,
  field,
}));
const textHeaders = textFields.map((field) => ({ header: header(field, 'String'), field }));
