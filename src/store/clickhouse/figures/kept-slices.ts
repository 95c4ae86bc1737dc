// Slices whose cells are in memory, up to a bound; what was not asked for longest goes first.

/** Of a slice without a single run. */
const SLICE_BYTES = 200;

export interface SliceOfNamespace {
  readonly namespace: string;
  /** Counted since 1970. */
  readonly slice: number;
}

interface KeptSlice<Cells> {
  readonly cells: Cells;
  /** What it was read at. */
  readonly mark: number;
}

export class KeptSlices<Cells extends { readonly byteLength: number }> {
  readonly #bytesMax: number;
  /** What was asked for last comes last. */
  readonly #kept = new Map<string, KeptSlice<Cells>>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Whether more can be kept without letting go of some. */
  get hasRoom(): boolean {
    return this.#bytes < 0.9 * this.#bytesMax;
  }

  get(of: SliceOfNamespace): KeptSlice<Cells> | undefined {
    const key = keyOf(of);
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
    }
    return kept;
  }

  /** The mark that a slice was read at, without asking for it. */
  markOf(of: SliceOfNamespace): number | undefined {
    return this.#kept.get(keyOf(of))?.mark;
  }

  keep(of: SliceOfNamespace, cells: Cells, mark: number): void {
    const key = keyOf(of);
    this.#remove(key);
    this.#kept.set(key, { cells, mark });
    this.#bytes += bytesOf(cells);
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#bytesMax) {
        break;
      }
      this.#remove(oldest);
    }
  }

  #remove(key: string): void {
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#bytes -= bytesOf(kept.cells);
    }
  }
}

function keyOf({ namespace, slice }: SliceOfNamespace): string {
  return `${slice} ${namespace}`;
}

function bytesOf(cells: { readonly byteLength: number }): number {
  return SLICE_BYTES + cells.byteLength;
}
