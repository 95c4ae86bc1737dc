// Many invocations in columns, on their way from the wire to the store. What a request of ten
// thousand records takes in memory is then a few buffers, and the store copies them as they are.

import { Fingerprint } from './fingerprint.ts';
import type { Invocation } from './invocation.ts';
import { TextColumn } from './text-column.ts';

export const textFields = [
  'namespace',
  'functionName',
  'qualifier',
  'requestId',
  'retMsg',
  'log',
  'traceId',
  'source',
  'extra',
  'joinState',
] as const;
export type TextField = (typeof textFields)[number];

/** Columns of whole numbers; the place in this list is the place in a row. */
const numberFields = [
  'retryNum',
  'startTimeUs',
  'durationUs',
  'billDurationMs',
  'memUsageBytes',
  'memoryLimitBytes',
  'timeLimitMs',
  'initDurationUs',
  'retCode',
  'statusCode',
  'invokeFinished',
  'logCutBytes',
  'identityHash',
  'contentHash',
] as const;
export type NumberField = (typeof numberFields)[number];

/** Stands for null in the column `initDurationUs`. */
export const NO_NUMBER = -1;

const WIDTH = numberFields.length;
const ROWS_MIN = 64;

/** Where a number stands in a row. */
export const NUMBER = Object.fromEntries(
  numberFields.map((field, index) => [field, index]),
) as Readonly<Record<NumberField, number>>;

/** What makes two records the same run; see `identityKey`. */
const identityTexts = ['namespace', 'functionName', 'requestId'] as const;
const contentTexts = textFields.filter((field) => !identityTexts.some((one) => one === field));
const contentNumbers = numberFields
  .filter((field) => !['retryNum', 'identityHash', 'contentHash'].includes(field))
  .map((field) => NUMBER[field]);

export class InvocationBlock {
  readonly texts: Readonly<Record<TextField, TextColumn>>;
  /** The numbers of the record that comes next, to be set before `finishRow`; see NUMBER. */
  readonly row = new Float64Array(WIDTH);
  #numbers = new Float64Array(ROWS_MIN * WIDTH);
  #length = 0;
  readonly #fingerprint = new Fingerprint();

  /** @param logBytesExpected room for logs that is made at once */
  constructor(logBytesExpected?: number) {
    this.texts = Object.fromEntries(
      textFields.map((field) => [
        field,
        new TextColumn(field === 'log' ? logBytesExpected : undefined),
      ]),
    ) as Record<TextField, TextColumn>;
  }

  /** @returns a block of these records */
  static of(invocations: readonly Invocation[]): InvocationBlock {
    const block = new InvocationBlock();
    for (const invocation of invocations) {
      block.append(invocation);
    }
    return block;
  }

  get length(): number {
    return this.#length;
  }

  /** The latest start of its records; 0 where there are none. */
  get newestStartUs(): number {
    let newest = 0;
    for (let row = 0; row < this.#length; row++) {
      newest = Math.max(newest, this.numberAt(row, 'startTimeUs'));
    }
    return newest;
  }

  /** What the columns hold. */
  get bytes(): number {
    const texts = textFields.reduce((sum, field) => sum + this.texts[field].end, 0);
    return texts + this.#length * WIDTH * 8;
  }

  /** @param invocation texts must be well-formed Unicode */
  append(invocation: Invocation): void {
    const { texts } = this;
    for (const field of textFields) {
      if (field !== 'extra' && field !== 'joinState') {
        texts[field].push(invocation[field]);
      }
    }
    const { extra, joinState = '' } = invocation;
    texts.extra.push(Object.keys(extra).length === 0 ? '' : JSON.stringify(extra));
    texts.joinState.push(joinState);
    const { row } = this;
    row[NUMBER.retryNum] = invocation.retryNum;
    row[NUMBER.startTimeUs] = invocation.startTimeUs;
    row[NUMBER.durationUs] = invocation.durationUs;
    row[NUMBER.billDurationMs] = invocation.billDurationMs;
    row[NUMBER.memUsageBytes] = invocation.memUsageBytes;
    row[NUMBER.memoryLimitBytes] = invocation.memoryLimitBytes;
    row[NUMBER.timeLimitMs] = invocation.timeLimitMs;
    row[NUMBER.initDurationUs] = invocation.initDurationUs ?? NO_NUMBER;
    row[NUMBER.retCode] = invocation.retCode;
    row[NUMBER.statusCode] = invocation.statusCode;
    row[NUMBER.invokeFinished] = invocation.invokeFinished ? 1 : 0;
    row[NUMBER.logCutBytes] = invocation.logCutBytes;
    this.finishRow();
  }

  numberAt(row: number, field: NumberField): number {
    return this.#numbers[row * WIDTH + NUMBER[field]] ?? 0;
  }

  /** The texts that were pushed and the numbers in `row` become a record of the block. */
  finishRow(): void {
    const { row } = this;
    const at = this.#length * WIDTH;
    if (at + WIDTH > this.#numbers.length) {
      const larger = new Float64Array(this.#numbers.length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    row[NUMBER.identityHash] = this.#identityHash();
    row[NUMBER.contentHash] = this.#contentHash();
    for (let index = 0; index < WIDTH; index++) {
      this.#numbers[at + index] = row[index] as number;
    }
    this.#length += 1;
  }

  /** Forgets what was set of a row that is not finished. */
  dropRow(): void {
    for (const field of textFields) {
      this.texts[field].truncate(this.#length);
    }
  }

  /** Forgets every record and keeps the room. */
  clear(): void {
    for (const field of textFields) {
      this.texts[field].clear();
    }
    this.#length = 0;
  }

  /** Takes back the last row. */
  removeLast(): void {
    this.#length -= 1;
    this.dropRow();
  }

  /** @returns a block of some of the rows, in the order given */
  select(rows: readonly number[]): InvocationBlock {
    const selected = new InvocationBlock();
    for (const row of rows) {
      for (const field of textFields) {
        selected.texts[field].pushFrom(this.texts[field], row);
      }
      for (const field of numberFields) {
        selected.row[NUMBER[field]] = this.numberAt(row, field);
      }
      selected.finishRow();
    }
    return selected;
  }

  #identityHash(): number {
    for (const field of identityTexts) {
      this.#addText(this.texts[field]);
    }
    this.#fingerprint.addNumber(this.row[NUMBER.retryNum] as number);
    return this.#fingerprint.finish();
  }

  #contentHash(): number {
    for (const field of contentTexts) {
      this.#addText(this.texts[field]);
    }
    for (const at of contentNumbers) {
      this.#fingerprint.addNumber(this.row[at] as number);
    }
    return this.#fingerprint.finish();
  }

  #addText(column: TextColumn): void {
    this.#fingerprint.add(column.view, column.fromOf(this.#length), column.end);
  }
}
