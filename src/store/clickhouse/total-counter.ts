// The total of a page: from memory where it is there, else by reading.

import type { CommitMark } from './commit-mark.ts';
import type { MatchTally } from './match-tally.ts';
import { type CountOptions, countMatches } from './queries/count-matches.ts';
import type { StoreQuery } from './queries/match-conditions.ts';
import type { ReaderPool } from './reader-pool.ts';

/** Totals of earlier marks, which no longer change. */
const FROZEN_MAX = 1_000;

export interface TotalCounterOptions {
  readonly readers: ReaderPool;
  readonly mark: CommitMark;
  readonly tally: MatchTally;
}

export class TotalCounter {
  readonly #options: TotalCounterOptions;
  /** The one that was asked for last comes last. */
  readonly #frozen = new Map<string, number>();

  constructor(options: TotalCounterOptions) {
    this.#options = options;
  }

  /**
   * @param at its mark is the present one or an earlier one
   * @returns the exact number of records that match at the mark; as a number where it is known
   */
  count(query: StoreQuery, at: CountOptions): number | Promise<number> {
    const { mark, tally } = this.#options;
    const key = frozenKey(query, at);
    const frozen = key === undefined ? undefined : this.#frozen.get(key);
    if (frozen !== undefined) {
      return this.#remember(key, frozen);
    }
    const counted = at.mark === mark.seq ? tally.count(query) : undefined;
    if (counted === undefined) {
      return this.#read(query, at).then((total) => this.#remember(key, total));
    }
    const { runs, edges } = counted;
    return edges.length === 0
      ? this.#remember(key, runs)
      : Promise.all(edges.map((edge) => this.#read({ ...query, ...edge }, at))).then((totals) =>
          this.#remember(
            key,
            totals.reduce((sum, total) => sum + total, runs),
          ),
        );
  }

  #read(query: StoreQuery, at: CountOptions): Promise<number> {
    return this.#options.readers.use((client) => countMatches(client, query, at));
  }

  #remember(key: string | undefined, total: number): number {
    if (key !== undefined) {
      this.#frozen.delete(key);
      this.#frozen.set(key, total);
      if (this.#frozen.size > FROZEN_MAX) {
        this.#frozen.delete(this.#frozen.keys().next().value ?? '');
      }
    }
    return total;
  }
}

/** Undefined where the total depends on the clock as well. */
function frozenKey(query: StoreQuery, { mark }: CountOptions): string | undefined {
  if (query.status === 'running' || query.status === 'lost') {
    return undefined;
  }
  const { orderBy, order, limit, offset, after, asOf, ...filter } = query;
  return JSON.stringify([mark, Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
