// The workload's records on disk as NDJSON, drawn before any clock starts, so that every side gets
// the same bytes. Beside the lines lies where each begins: any run of records is a body.

import { closeSync, fsyncSync, openSync, read, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { loadAzureWorkload, type WorkloadRecord } from '../azure-workload.ts';
import { showProgress } from '../report.ts';
import { wireLineOf } from '../wire-records.ts';

const readAsync = promisify(read);

const LINES = 'records.ndjson';
const OFFSETS = 'records.offsets';
const OFFSET_BYTES = 8;
const RECORDS_AT_ONCE = 4_000;
const PROGRESS_RECORDS = 200_000;

/**
 * @param directory an existing one for the two files
 * @param onRecord told of every record, in the order of the file
 * @param records gives as many more; where it is left out, the workload from its begin
 */
export async function drawRecordFile(
  directory: string,
  count: number,
  onRecord: (record: WorkloadRecord) => void = () => {},
  records: Iterator<WorkloadRecord> = loadAzureWorkload().records(count),
): Promise<void> {
  const lines = openSync(join(directory, LINES), 'wx');
  const offsets = openSync(join(directory, OFFSETS), 'wx');
  let end = 0;
  writeSync(offsets, new Float64Array([end]));
  for (let drawn = 0; drawn < count; ) {
    const texts: string[] = [];
    const ends: number[] = [];
    for (const record of take(records, Math.min(RECORDS_AT_ONCE, count - drawn))) {
      onRecord(record);
      const line = `${wireLineOf(record)}\n`;
      end += Buffer.byteLength(line);
      texts.push(line);
      ends.push(end);
    }
    writeSync(lines, texts.join(''));
    writeSync(offsets, Float64Array.from(ends));
    drawn += ends.length;
    if (drawn % PROGRESS_RECORDS === 0) {
      showProgress(`drew ${drawn.toLocaleString('en')} of ${count.toLocaleString('en')} records`);
    }
    // A turn for whoever ends the bench.
    await setImmediate();
  }
  for (const file of [lines, offsets]) {
    // Else the system would still be writing them while the clock runs.
    fsyncSync(file);
    closeSync(file);
  }
}

function* take<T>(values: Iterator<T>, count: number): Generator<T> {
  for (let taken = 0; taken < count; taken++) {
    const { value, done } = values.next();
    if (done === true) {
      throw new RangeError('the workload has no more records');
    }
    yield value;
  }
}

/** Reads bodies: so many records from a first one on. */
export class RecordFile {
  readonly #lines: number;
  readonly #offsets: number;

  /** @param directory what drawRecordFile was given */
  constructor(directory: string) {
    this.#lines = openSync(join(directory, LINES), 'r');
    this.#offsets = openSync(join(directory, OFFSETS), 'r');
  }

  /** @returns how many bytes the records take as NDJSON, ends of lines counted */
  bytesOf(first: number, count: number): number {
    return this.#offsetOf(first + count) - this.#offsetOf(first);
  }

  /**
   * @param headOf what comes before the records, where anything does, by the bytes of the body
   * @returns both in one buffer of their own
   */
  async read(
    first: number,
    count: number,
    headOf: (bytes: number) => string = () => '',
  ): Promise<Buffer> {
    const bytes = this.bytesOf(first, count);
    const head = headOf(bytes);
    const buffer = Buffer.allocUnsafeSlow(head.length + bytes);
    buffer.write(head, 'latin1');
    const { bytesRead } = await readAsync(
      this.#lines,
      buffer,
      head.length,
      bytes,
      this.#offsetOf(first),
    );
    if (bytesRead !== bytes) {
      throw new RangeError(`records ${first} to ${first + count} were not drawn`);
    }
    return buffer;
  }

  close(): void {
    closeSync(this.#lines);
    closeSync(this.#offsets);
  }

  #offsetOf(record: number): number {
    const bytes = Buffer.alloc(OFFSET_BYTES);
    if (readSync(this.#offsets, bytes, 0, OFFSET_BYTES, record * OFFSET_BYTES) !== OFFSET_BYTES) {
      throw new RangeError(`record ${record} was not drawn`);
    }
    return bytes.readDoubleLE();
  }
}
