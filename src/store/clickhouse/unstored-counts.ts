// How many records were sent and are not stored, by function and hour of start. Kept in memory, and
// written down every ten seconds: a kill loses the counts since then, and nothing else.

import type { CompletenessScope, UnstoredRecord } from '../../domain/completeness.ts';
import type { InvocationBlock } from '../../domain/invocation-block.ts';
import type { WriteOutcome } from '../../domain/receipt.ts';
import type { UnstoredRow } from './queries/unstored.ts';
import { hourOf } from './run-counts.ts';

interface Counts {
  duplicates: number;
  rejected: number;
}

type Hours = Map<number, Counts>;

/** About 100 bytes each. Beyond it the oldest hours are forgotten; on the disk they stay. */
const CELLS_MAX = 100_000;
const FORGOTTEN_SHARE = 0.1;

/** Of the cells: what waits to be written down. Over it new hours are counted in memory alone. */
const PENDING_SHARE = 2;

const WRITE_EVERY_MS = 10_000;

export interface UnstoredOptions {
  /** Adds to what is written down. */
  readonly write: (rows: readonly UnstoredRow[]) => Promise<void>;
  readonly cellsMax?: number;
}

export class UnstoredCounts {
  readonly #options: UnstoredOptions;
  readonly #cellsMax: number;
  readonly #namespaces = new Map<string, Map<string, Hours>>();
  #cells = 0;
  /** What is not written down yet, by its names and hour. */
  readonly #pending = new Map<string, UnstoredRow>();
  #writtenAt = performance.now();

  constructor(options: UnstoredOptions) {
    this.#options = options;
    this.#cellsMax = options.cellsMax ?? CELLS_MAX;
  }

  /** How much of what was written down earlier is to be loaded. */
  get rowsMax(): number {
    return this.#cellsMax;
  }

  /** Takes what was written down earlier, its newest hours. */
  load(rows: readonly UnstoredRow[]): void {
    for (const row of rows) {
      this.#add(row);
    }
  }

  note({ namespace, functionName, startTimeUs, kind }: UnstoredRecord): void {
    const counts = { duplicates: 0, rejected: 0, [kind]: 1 };
    this.#note({ namespace, functionName, hour: hourOf(startTimeUs), ...counts });
  }

  noteDuplicates(
    batch: readonly InvocationBlock[],
    outcomes: readonly (readonly WriteOutcome[])[],
  ): void {
    for (const [index, block] of batch.entries()) {
      const { namespace, functionName } = block.texts;
      // Mostly of the same function and hour as the one before: those are noted together.
      let [first, duplicates] = [-1, 0];
      const noteThem = () => {
        if (duplicates > 0) {
          this.#note({
            namespace: namespace.textAt(first),
            functionName: functionName.textAt(first),
            hour: hourOf(block.numberAt(first, 'startTimeUs')),
            ...{ duplicates, rejected: 0 },
          });
        }
      };
      const isLikeFirst = (row: number) =>
        namespace.sameAt(row, first) &&
        functionName.sameAt(row, first) &&
        hourOf(block.numberAt(row, 'startTimeUs')) === hourOf(block.numberAt(first, 'startTimeUs'));
      for (const [row, outcome] of outcomes[index]?.entries() ?? []) {
        if (outcome !== 'duplicate') {
          continue;
        }
        if (first === -1 || !isLikeFirst(row)) {
          noteThem();
          [first, duplicates] = [row, 0];
        }
        duplicates += 1;
      }
      noteThem();
    }
  }

  /** @returns those of all hours that the window touches */
  count({ namespace, functionName, sinceUs, untilUs }: CompletenessScope): Readonly<Counts> {
    const functions = this.#namespaces.get(namespace);
    const named = functionName === undefined ? functions?.values() : [functions?.get(functionName)];
    const [first, last] = [hourOf(sinceUs ?? 0), hourOf((untilUs ?? Number.MAX_SAFE_INTEGER) - 1)];
    const sum = { duplicates: 0, rejected: 0 };
    for (const hours of named ?? []) {
      for (const [hour, counts] of hours ?? []) {
        if (hour >= first && hour <= last) {
          sum.duplicates += counts.duplicates;
          sum.rejected += counts.rejected;
        }
      }
    }
    return sum;
  }

  /**
   * Between two writes, every second or so, and at the end.
   *
   * @param isDue whether to write down what is not yet; where that fails, it is tried again later
   */
  async keepUp(isDue = performance.now() - this.#writtenAt >= WRITE_EVERY_MS): Promise<void> {
    const rows = [...this.#pending.values()];
    if (rows.length > 0 && isDue) {
      this.#writtenAt = performance.now();
      this.#pending.clear();
      try {
        await this.#options.write(rows);
      } catch (error) {
        for (const row of rows) {
          this.#addPending(row);
        }
        throw error;
      }
    }
  }

  #note(row: UnstoredRow): void {
    // While nothing can be written down, functions are no longer told apart at some point.
    const functionName = this.#pending.size < this.#cellsMax ? row.functionName : '';
    const noted = { ...row, functionName };
    this.#add(noted);
    this.#addPending(noted);
  }

  #addPending(row: UnstoredRow): void {
    const key = JSON.stringify([row.namespace, row.functionName, row.hour]);
    if (this.#pending.size >= PENDING_SHARE * this.#cellsMax && !this.#pending.has(key)) {
      return;
    }
    const { duplicates = 0, rejected = 0 } = this.#pending.get(key) ?? {};
    this.#pending.set(key, {
      ...row,
      duplicates: row.duplicates + duplicates,
      rejected: row.rejected + rejected,
    });
  }

  #add({ namespace, functionName, hour, duplicates, rejected }: UnstoredRow): void {
    const functions = this.#namespaces.get(namespace) ?? new Map<string, Hours>();
    this.#namespaces.set(namespace, functions);
    const hours = functions.get(functionName) ?? new Map<number, Counts>();
    functions.set(functionName, hours);
    const counts = hours.get(hour);
    if (counts !== undefined) {
      counts.duplicates += duplicates;
      counts.rejected += rejected;
      return;
    }
    hours.set(hour, { duplicates, rejected });
    this.#cells += 1;
    if (this.#cells > this.#cellsMax) {
      this.#forgetOldest();
    }
  }

  #forgetOldest(): void {
    const all = [...this.#namespaces.values()].flatMap((functions) => [...functions.values()]);
    const sorted = all.flatMap((hours) => [...hours.keys()]).sort((a, b) => a - b);
    const bound = sorted[Math.floor(sorted.length * FORGOTTEN_SHARE)] ?? 0;
    for (const functions of this.#namespaces.values()) {
      for (const [name, hours] of functions) {
        for (const hour of hours.keys()) {
          if (hour <= bound) {
            hours.delete(hour);
            this.#cells -= 1;
          }
        }
        if (hours.size === 0) {
          functions.delete(name);
        }
      }
    }
  }
}
