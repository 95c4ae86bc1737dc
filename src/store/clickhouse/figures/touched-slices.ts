// Which slices of time have been written to, and by which write last.

import type { InvocationBlock } from '../../../domain/invocation-block.ts';
import type { WrittenBlock } from '../match-tally.ts';
import { SLICE_US } from './slice-time.ts';

/** About 100 bytes each. Beyond it all is forgotten. */
const TOUCHED_MAX = 200_000;

interface Touch {
  seq: number;
  /** By the clock of performance.now. */
  atMs: number;
}

export class TouchedSlices {
  readonly #namespaces = new Map<string, Map<number, Touch>>();
  #count = 0;
  #knownFrom: number;

  constructor(mark: number) {
    this.#knownFrom = mark;
  }

  /** What is not named as touched has not changed since this mark. */
  get knownFrom(): number {
    return this.#knownFrom;
  }

  restart(mark: number): void {
    this.#namespaces.clear();
    this.#count = 0;
    this.#knownFrom = mark;
  }

  /** @param seq the mark of the write */
  noteWritten(block: InvocationBlock, { replaces, replaced }: WrittenBlock, seq: number): void {
    const { namespace } = block.texts;
    const atMs = performance.now();
    let slices = this.#slicesOf(namespace.textAt(0));
    let last: number | undefined;
    for (let row = 0; row < block.length; row++) {
      if (row > 0 && !namespace.sameAt(row, row - 1)) {
        slices = this.#slicesOf(namespace.textAt(row));
        last = undefined;
      }
      const slice = sliceOf(block.numberAt(row, 'startTimeUs'));
      if (slice !== last) {
        this.#touch(slices, slice, { seq, atMs });
        last = slice;
      }
      const old = replaced.get(replaces?.[row] ?? 0);
      if (old !== undefined) {
        this.#touch(slices, sliceOf(old.startTimeUs), { seq, atMs });
      }
    }
    if (this.#count > TOUCHED_MAX) {
      this.restart(seq);
    }
  }

  /** @returns the mark of the last write to it, as far as that is known */
  seqOf(namespace: string, slice: number): number {
    return this.#namespaces.get(namespace)?.get(slice)?.seq ?? this.#knownFrom;
  }

  /** @returns the same of several slices, the last one with them */
  lastSeqOf(namespace: string, first: number, last: number): number {
    let seq = this.#knownFrom;
    for (let slice = first; slice <= last; slice++) {
      seq = Math.max(seq, this.seqOf(namespace, slice));
    }
    return seq;
  }

  /** @returns for how long nothing has been written to it, as far as that is known */
  quietMs(namespace: string, slice: number): number {
    const touch = this.#namespaces.get(namespace)?.get(slice);
    return touch === undefined ? Number.POSITIVE_INFINITY : performance.now() - touch.atMs;
  }

  #touch(slices: Map<number, Touch>, slice: number, { seq, atMs }: Touch): void {
    const known = slices.get(slice);
    if (known === undefined) {
      slices.set(slice, { seq, atMs });
      this.#count += 1;
    } else {
      known.seq = seq;
      known.atMs = atMs;
    }
  }

  #slicesOf(namespace: string): Map<number, Touch> {
    const known = this.#namespaces.get(namespace);
    if (known !== undefined) {
      return known;
    }
    const slices = new Map<number, Touch>();
    this.#namespaces.set(namespace, slices);
    return slices;
  }
}

function sliceOf(startTimeUs: number): number {
  return Math.floor(startTimeUs / SLICE_US);
}
