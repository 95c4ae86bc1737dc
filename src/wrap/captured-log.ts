// The lines of one run, within a bound.

import { cutToBytes } from './cut-to-bytes.ts';

export class CapturedLog {
  readonly #bytesMax: number;
  readonly #parts: string[] = [];
  #bytes = 0;
  #cutBytes = 0;
  #isClosed = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes that did not fit. */
  get cutBytes(): number {
    return this.#cutBytes;
  }

  get text(): string {
    return this.#parts.join('');
  }

  /** @param line without the newline that ends it */
  add(line: string): void {
    if (this.#isClosed) {
      return;
    }
    const { text, cutBytes } = cutToBytes(`${line}\n`, this.#bytesMax - this.#bytes);
    this.#cutBytes += cutBytes;
    if (text !== '') {
      this.#parts.push(text);
      // Once something is cut, nothing follows: a gap in the middle would not be seen.
      this.#bytes = cutBytes > 0 ? this.#bytesMax : this.#bytes + Buffer.byteLength(text);
    } else {
      this.#bytes = this.#bytesMax;
    }
  }

  /** The run is over: what its leftovers write is not its own any more. */
  close(): void {
    this.#isClosed = true;
  }
}
