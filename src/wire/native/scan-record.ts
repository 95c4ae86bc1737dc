// The fast way in for a record as programs write it: one flat JSON object of known fields. Its bytes
// go straight into the columns of a block. Whatever is out of the ordinary (an unknown field, null,
// an escape of half a character, a value that is not accepted) is left to the careful way, which says
// what is wrong with it; what this way takes, the careful way takes to the same record.

import {
  billDurationMsOf,
  DEFAULT_NAMESPACE,
  DEFAULT_QUALIFIER,
  RET_CODE_RUNNING,
} from '../../domain/invocation.ts';
import {
  InvocationBlock,
  NO_NUMBER,
  NUMBER,
  type NumberField,
  type TextField,
} from '../../domain/invocation-block.ts';
import { DURATION_MS_MAX, INT32_MAX, NAME_CHARACTERS_MAX } from '../../domain/record-bounds.ts';
import { statusCodeOf } from '../../domain/status-code.ts';
import { type Cursor, readDecimalUs, readFlag, readInteger, skipSpace } from './scan-number.ts';
import { readText, type TextBounds } from './scan-text.ts';
import { readTimeUs } from './scan-time.ts';

const SIZE_MAX = Number.MAX_SAFE_INTEGER;

/** No number of a record: retCode may be as low as -(2^31) + 1. */
const ABSENT = -(2 ** 53);

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;

interface Scan extends Cursor {
  block: InvocationBlock;
  bytes: Buffer;
  to: number;
}

/** @returns whether the value at the cursor was taken, and the cursor stands behind it */
type ReadField = (scan: Scan) => boolean;

function text(field: TextField, bounds: TextBounds): ReadField {
  return (scan) => readText(scan, scan.block.texts[field], bounds);
}

function integer(field: NumberField, min: number, max: number): ReadField {
  return numberOf(field, (scan) => readInteger(scan, min, max));
}

function numberOf(field: NumberField, read: (cursor: Cursor) => number | undefined): ReadField {
  const place = NUMBER[field];
  return (scan) => {
    const value = read(scan);
    scan.block.row[place] = value ?? ABSENT;
    return value !== undefined;
  };
}

const readDuration = (cursor: Cursor) => readDecimalUs(cursor, DURATION_MS_MAX);
/** As many bytes are never more characters; a longer name is left to the careful way. */
const name: TextBounds = { bytesMin: 1, bytesMax: NAME_CHARACTERS_MAX, bytesExpected: 40 };
const shortText: TextBounds = { bytesMin: 0, bytesMax: SIZE_MAX, bytesExpected: 40 };

/** @param logBytesMax a longer log is left to the careful way, which cuts it */
function fieldsOf(logBytesMax: number): readonly (readonly [name: string, read: ReadField])[] {
  return [
    ['namespace', text('namespace', name)],
    ['functionName', text('functionName', name)],
    ['qualifier', text('qualifier', name)],
    ['requestId', text('requestId', name)],
    ['retryNum', integer('retryNum', 0, INT32_MAX)],
    ['startTime', numberOf('startTimeUs', readTimeUs)],
    ['duration', numberOf('durationUs', readDuration)],
    ['billDuration', integer('billDurationMs', 0, DURATION_MS_MAX)],
    ['memUsage', integer('memUsageBytes', 0, SIZE_MAX)],
    ['memoryLimit', integer('memoryLimitBytes', 0, SIZE_MAX)],
    ['timeLimit', integer('timeLimitMs', 0, DURATION_MS_MAX)],
    ['initDuration', numberOf('initDurationUs', readDuration)],
    ['retCode', integer('retCode', -INT32_MAX, INT32_MAX)],
    ['statusCode', integer('statusCode', 0, INT32_MAX)],
    ['invokeFinished', numberOf('invokeFinished', readFlag)],
    ['retMsg', text('retMsg', shortText)],
    ['log', text('log', { bytesMin: 0, bytesMax: logBytesMax, bytesExpected: 1_000 })],
    ['logCutBytes', integer('logCutBytes', 0, SIZE_MAX)],
    ['traceId', text('traceId', shortText)],
    ['source', text('source', shortText)],
  ];
}

const fieldNames = fieldsOf(0).map(([one]) => one);
const names: readonly Uint8Array[] = fieldNames.map((one) => Buffer.from(one));

export class RecordScanner {
  readonly #reads: readonly ReadField[];
  /** Which field stood at each place of the record before: mostly it is the same. */
  readonly #order: number[] = [];
  readonly #scan: Scan;

  /** @param options logBytesMax: a longer log is left to the careful way, which cuts it */
  constructor({ logBytesMax }: { readonly logBytesMax: number }) {
    this.#reads = fieldsOf(logBytesMax).map(([, read]) => read);
    this.#scan = { bytes: Buffer.alloc(0), at: 0, to: 0, block: new InvocationBlock() };
  }

  /**
   * Reads one record into a new row of the block.
   *
   * @param bytes valid UTF-8; the record stands from `from` to `to`, white space around it
   * @returns false where it was left to the careful way; the block is then as it was
   */
  scan(bytes: Buffer, from: number, to: number, block: InvocationBlock): boolean {
    const scan = this.#scan;
    scan.bytes = bytes;
    scan.at = from;
    scan.to = to;
    scan.block = block;
    block.row.fill(ABSENT);
    const seen = this.#readObject(scan);
    if (seen === undefined || !finishRow(block, seen)) {
      block.dropRow();
      return false;
    }
    return true;
  }

  /** @returns the fields that were there, one bit each; undefined for what this way does not take */
  #readObject(scan: Scan): number | undefined {
    const { bytes } = scan;
    skipSpace(scan);
    if (bytes[scan.at] !== BRACE_OPEN) {
      return undefined;
    }
    let seen = 0;
    for (let index = 0; ; index++) {
      scan.at += 1;
      const field = this.#readName(scan, index);
      const bit = field === undefined ? 0 : 1 << field;
      if (field === undefined || (seen & bit) !== 0 || this.#reads[field]?.(scan) !== true) {
        return undefined;
      }
      seen |= bit;
      skipSpace(scan);
      const next = bytes[scan.at];
      if (next === BRACE_CLOSE) {
        scan.at += 1;
        skipSpace(scan);
        return scan.at === scan.to ? seen : undefined;
      }
      if (next !== COMMA) {
        return undefined;
      }
    }
  }

  /** @returns the field that is named at the cursor, which then stands at its value */
  #readName(scan: Scan, index: number): number | undefined {
    skipSpace(scan);
    const { bytes } = scan;
    if (bytes[scan.at] !== QUOTE) {
      return undefined;
    }
    const begin = scan.at + 1;
    const guess = this.#order[index];
    let field = guess;
    if (guess === undefined || !isNameAt(bytes, begin, guess)) {
      field = names.findIndex((_, one) => isNameAt(bytes, begin, one));
      if (field === -1) {
        return undefined;
      }
      this.#order[index] = field;
    }
    scan.at = begin + (names[field ?? 0]?.length ?? 0) + 1;
    skipSpace(scan);
    if (bytes[scan.at] !== COLON) {
      return undefined;
    }
    scan.at += 1;
    skipSpace(scan);
    return field;
  }
}

function isNameAt(bytes: Buffer, begin: number, field: number): boolean {
  const name = names[field];
  if (name === undefined || bytes[begin + name.length] !== QUOTE) {
    return false;
  }
  for (let at = 0; at < name.length; at++) {
    if (bytes[begin + at] !== name[at]) {
      return false;
    }
  }
  return true;
}

const bitOf = (field: string): number => 1 << fieldNames.indexOf(field);
const REQUIRED = bitOf('functionName') | bitOf('requestId') | bitOf('startTime');
/** Texts that a record may leave out, with what they then are. */
const defaults: readonly (readonly [bit: number, field: TextField, value: string])[] = [
  [bitOf('namespace'), 'namespace', DEFAULT_NAMESPACE],
  [bitOf('qualifier'), 'qualifier', DEFAULT_QUALIFIER],
  [bitOf('retMsg'), 'retMsg', ''],
  [bitOf('log'), 'log', ''],
  [bitOf('traceId'), 'traceId', ''],
  [bitOf('source'), 'source', ''],
];

/** The defaults of the careful way (ingest/parse-invocation) for what the record does not say. */
function finishRow(block: InvocationBlock, seen: number): boolean {
  if ((seen & REQUIRED) !== REQUIRED) {
    return false;
  }
  for (const [bit, field, value] of defaults) {
    if ((seen & bit) === 0) {
      block.texts[field].push(value);
    }
  }
  block.texts.extra.push('');
  block.texts.joinState.push('');
  const { row } = block;
  for (let at = 0; at < zeroes.length; at++) {
    fill(row, zeroes[at] as number, 0);
  }
  fill(row, NUMBER.billDurationMs, billDurationMsOf(row[NUMBER.durationUs] as number));
  fill(row, NUMBER.initDurationUs, NO_NUMBER);
  fill(row, NUMBER.invokeFinished, row[NUMBER.retCode] === RET_CODE_RUNNING ? 0 : 1);
  fill(row, NUMBER.retCode, row[NUMBER.invokeFinished] === 1 ? 0 : RET_CODE_RUNNING);
  fill(row, NUMBER.statusCode, statusCodeOf(row[NUMBER.retCode] as number));
  block.finishRow();
  return true;
}

/** Numbers that are 0 where the record does not say. */
const zeroes = [
  NUMBER.retryNum,
  NUMBER.durationUs,
  NUMBER.memUsageBytes,
  NUMBER.memoryLimitBytes,
  NUMBER.timeLimitMs,
  NUMBER.logCutBytes,
];

function fill(row: Float64Array, at: number, value: number): void {
  if (row[at] === ABSENT) {
    row[at] = value;
  }
}
