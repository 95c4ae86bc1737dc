// How complete the records of a scope are: from memory where it is there, else by reading.

import type { Completeness, CompletenessScope } from '../../domain/completeness.ts';
import type { CommitMark } from './commit-mark.ts';
import type { MatchTally, TallyCompleteness } from './match-tally.ts';
import type { CountOptions } from './queries/count-matches.ts';
import { readCompleteness, type StoredCompleteness } from './queries/read-completeness.ts';
import type { ReaderPool } from './reader-pool.ts';
import type { UnstoredCounts } from './unstored-counts.ts';

export interface CompletenessCounterOptions {
  readonly readers: ReaderPool;
  readonly mark: CommitMark;
  readonly tally: MatchTally;
  readonly unstored: UnstoredCounts;
}

export class CompletenessCounter {
  readonly #options: CompletenessCounterOptions;

  constructor(options: CompletenessCounterOptions) {
    this.#options = options;
  }

  /** @param at its mark is the present one or an earlier one */
  async count(scope: CompletenessScope, at: CountOptions): Promise<Completeness> {
    const { mark, tally, unstored } = this.#options;
    const counted = at.mark === mark.seq ? tally.completeness(scope) : undefined;
    const sent = unstored.count(scope);
    const stored =
      counted === undefined
        ? await this.#read(scope, at)
        : await this.#withEdges(scope, counted, at);
    return { ...stored, ...sent };
  }

  async #withEdges(
    scope: CompletenessScope,
    { counts, edges }: TallyCompleteness,
    at: CountOptions,
  ): Promise<StoredCompleteness> {
    const { unfinished, newestUs, isNewestKnown, late, cut, replaced } = counts;
    if (!isNewestKnown) {
      return this.#read(scope, at);
    }
    const runs = counts.ok + counts.failed + unfinished;
    const whole = { runs, newestUs: runs === 0 ? undefined : newestUs, late, cut, replaced };
    const [open, ...rest] = await Promise.all([
      // Which of the two a run without an end is depends on the clock and its time limit.
      unfinished === 0
        ? { running: 0, lost: 0 }
        : this.#read(scope, { ...at, unfinishedOnly: true }),
      ...edges.map((edge) => this.#read({ ...scope, ...edge }, at)),
    ]);
    const { running, lost } = open;
    const sum = rest.reduce(added, { ...whole, running: 0, lost: 0 });
    return unfinished === 0 ? sum : { ...sum, running, lost };
  }

  #read(
    scope: CompletenessScope,
    at: CountOptions & { readonly unfinishedOnly?: boolean },
  ): Promise<StoredCompleteness> {
    return this.#options.readers.use((client) => readCompleteness(client, scope, at));
  }
}

function added(one: StoredCompleteness, other: StoredCompleteness): StoredCompleteness {
  return {
    runs: one.runs + other.runs,
    newestUs:
      one.newestUs === undefined || other.newestUs === undefined
        ? (one.newestUs ?? other.newestUs)
        : Math.max(one.newestUs, other.newestUs),
    late: one.late + other.late,
    cut: one.cut + other.cut,
    replaced: one.replaced + other.replaced,
    running: one.running + other.running,
    lost: one.lost + other.lost,
  };
}
