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

/** What a record has besides its own content. */
export interface RowPlaces {
  /** Ingest sequence of the first row; the others follow it without gaps. */
  readonly seqFirst: number;
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
const INIT_DURATION = ['initDurationUs', 'Nullable(UInt64)'] as const;

/** Every column that `encodeBlock` writes, in its order. */
export const nativeColumns: readonly (readonly [name: string, type: string])[] = [
  ['seq', 'UInt64'],
  ['replaces', 'UInt64'],
  ...numberColumns.map(([column, type]) => [column, type] as const),
  INIT_DURATION,
  ...textFields.map((field: TextField) => [field, 'String'] as const),
];

const TWO_32 = 0x1_0000_0000;

/** @returns the bytes of one Native block, to be written one after the other */
export function encodeBlock(block: InvocationBlock, places: RowPlaces): Uint8Array[] {
  const rows = block.length;
  const out: Uint8Array[] = [
    Buffer.concat([varint(nativeColumns.length), varint(rows)]),
    header('seq', 'UInt64'),
    integers(rows, 8, (row) => places.seqFirst + row),
    header('replaces', 'UInt64'),
    integers(rows, 8, (row) => places.replaces?.[row] ?? 0),
  ];
  for (const [column, type, width, field] of numberColumns) {
    out.push(
      header(column, type),
      integers(rows, width, (row) => block.numberAt(row, field)),
    );
  }
  out.push(header(...INIT_DURATION), ...initDurations(block));
  for (const field of textFields) {
    out.push(header(field, 'String'), textBytes(block.texts[field]));
  }
  return out;
}

/** A column's texts are laid out as the engine does it: length (LEB128), then bytes. */
function textBytes({ bytes, end }: TextColumn): Uint8Array {
  return bytes.subarray(0, end);
}

function initDurations(block: InvocationBlock): Uint8Array[] {
  const nulls = new Uint8Array(block.length);
  const values = integers(block.length, 8, (row) => {
    const value = block.numberAt(row, 'initDurationUs');
    nulls[row] = value === NO_NUMBER ? 1 : 0;
    return value === NO_NUMBER ? 0 : value;
  });
  return [nulls, values];
}

/** Little-endian; the machines that the engine exists for are. */
function integers(rows: number, width: Width, valueAt: (row: number) => number): Uint8Array {
  const bytes = new Uint8Array(rows * width);
  if (width === 1) {
    for (let row = 0; row < rows; row++) {
      bytes[row] = valueAt(row);
    }
    return bytes;
  }
  const words = new Uint32Array(bytes.buffer);
  const step = width / 4;
  for (let row = 0; row < rows; row++) {
    const value = valueAt(row);
    words[row * step] = value;
    if (step === 2) {
      words[row * step + 1] = Math.floor(value / TWO_32);
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
