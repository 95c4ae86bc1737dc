// Records that were read lately, by their sequence. What is stored under a sequence never changes, so
// they need no second look; asking for the same page again then reads its positions only.

import type { Invocation } from '../../domain/invocation.ts';

/** Roughly what a record takes besides its texts. */
const RECORD_BYTES = 1_000;

export class RowCache {
  readonly #bytesMax: number;
  /** The one that was asked for last comes last. */
  readonly #records = new Map<number, { readonly record: Invocation; readonly bytes: number }>();
  #bytes = 0;

  constructor({ bytesMax }: { readonly bytesMax: number }) {
    this.#bytesMax = bytesMax;
  }

  get(seq: number): Invocation | undefined {
    const held = this.#records.get(seq);
    if (held !== undefined) {
      this.#records.delete(seq);
      this.#records.set(seq, held);
    }
    return held?.record;
  }

  /** @param textLength of all its texts, in UTF-16 units */
  add(seq: number, record: Invocation, textLength: number): void {
    const bytes = RECORD_BYTES + 2 * textLength;
    // One that would push out a quarter of the others is not worth it.
    if (bytes > this.#bytesMax / 4 || this.#records.has(seq)) {
      return;
    }
    this.#records.set(seq, { record, bytes });
    this.#bytes += bytes;
    for (const [oldest, { bytes: freed }] of this.#records) {
      if (this.#bytes <= this.#bytesMax) {
        return;
      }
      this.#records.delete(oldest);
      this.#bytes -= freed;
    }
  }
}
