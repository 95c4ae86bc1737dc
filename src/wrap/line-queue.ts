// Records that wait in memory, as lines of NDJSON, oldest first.

export interface Line {
  readonly text: string;
  readonly bytes: number;
}

/** What goes out in one request, or into one file. */
export interface Batch {
  readonly lines: readonly Line[];
  readonly bytes: number;
}

const BATCH_RECORDS_MAX = 1_000;
/** Half of what common proxies let through. */
const BATCH_BYTES_MAX = 512 * 1024;

export class LineQueue {
  readonly #recordsMax: number;
  readonly #bytesMax: number;
  #lines: Line[] = [];
  #bytes = 0;

  constructor(bounds: { readonly recordsMax: number; readonly bytesMax: number }) {
    this.#recordsMax = bounds.recordsMax;
    this.#bytesMax = bounds.bytesMax;
  }

  get records(): number {
    return this.#lines.length;
  }

  get hasFullBatch(): boolean {
    return this.#lines.length >= BATCH_RECORDS_MAX || this.#bytes >= BATCH_BYTES_MAX;
  }

  /** Over it, what waits should wait elsewhere. */
  get isHalfFull(): boolean {
    return this.#lines.length * 2 > this.#recordsMax || this.#bytes * 2 > this.#bytesMax;
  }

  /** @returns how many of the oldest had to go */
  add(text: string): number {
    const line = { text, bytes: Buffer.byteLength(text) + 1 };
    this.#lines.push(line);
    this.#bytes += line.bytes;
    return this.#dropOver();
  }

  /** @returns the oldest lines, one at least where there are any */
  take(): Batch | undefined {
    let bytes = 0;
    let count = 0;
    for (const line of this.#lines) {
      if (count > 0 && (count === BATCH_RECORDS_MAX || bytes + line.bytes > BATCH_BYTES_MAX)) {
        break;
      }
      bytes += line.bytes;
      count += 1;
    }
    if (count === 0) {
      return undefined;
    }
    this.#bytes -= bytes;
    return { lines: this.#lines.splice(0, count), bytes };
  }

  /** Puts a batch back before all others. @returns how many of the oldest had to go */
  putBack({ lines, bytes }: Batch): number {
    this.#lines = [...lines, ...this.#lines];
    this.#bytes += bytes;
    return this.#dropOver();
  }

  #dropOver(): number {
    let count = 0;
    while (
      this.#lines.length - count > this.#recordsMax ||
      (this.#bytes > this.#bytesMax && this.#lines.length - count > 1)
    ) {
      this.#bytes -= this.#lines[count]?.bytes ?? 0;
      count += 1;
    }
    if (count > 0) {
      this.#lines.splice(0, count);
    }
    return count;
  }
}

/** @returns the batch as NDJSON, with a newline after each line */
export function ndjsonOf(batch: Batch): string {
  return batch.lines.map(({ text }) => `${text}\n`).join('');
}
