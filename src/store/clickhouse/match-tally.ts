// How many records there are, by namespace, function, hour of start and outcome, kept in memory and
// raised together with the mark: the total of most pages is then known without reading anything.

import type { CompletenessScope } from '../../domain/completeness.ts';
import type { InvocationBlock } from '../../domain/invocation-block.ts';
import type { MatchFilter } from './queries/match-conditions.ts';
import {
  addCounts,
  addRun,
  countOf,
  HOUR_US,
  hourOf,
  noRuns,
  type RunCounts,
  type RunTraits,
  sumHours,
  takeRunAway,
  traitsAt,
} from './run-counts.ts';
import { countsOf, type StoredTally } from './stored-tally.ts';
import { type Edge, type HourRuns, partsOf, runsByHour } from './tally-hours.ts';

/** About 120 bytes each. Beyond it the oldest hours are counted by reading. */
const HOUR_CELLS_MAX = 200_000;
/** What is forgotten at once when there are too many. */
const FORGOTTEN_SHARE = 0.1;
/** The name of no function: all of a namespace together. */
const ALL = '';

interface FunctionTally {
  readonly total: RunCounts;
  readonly hours: Map<number, RunCounts>;
}

/** What a write has made of a block. */
export interface WrittenBlock {
  /** For each row the sequence of the record that it replaces, 0 for none; undefined: none does. */
  readonly replaces: readonly number[] | undefined;
  /** Those records by their sequence. */
  readonly replaced: ReadonlyMap<number, RunTraits>;
  readonly ingestTimeMs: number;
}

export interface TallyLimits {
  readonly hourCellsMax: number;
}

export interface TallyCount {
  /** Of all that is not in the edges. */
  readonly runs: number;
  readonly edges: readonly Edge[];
}

/** The same of all that is counted. */
export interface TallyCompleteness {
  readonly counts: Readonly<RunCounts>;
  readonly edges: readonly Edge[];
}

/** What a question can name and still be answered from here; anything else takes reading. */
const ANSWERED = new Set<string>([
  ...['namespace', 'functionName', 'status', 'sinceUs', 'untilUs'],
  // These say which of the matches are shown, not which match.
  ...['orderBy', 'order', 'limit', 'offset', 'after', 'asOf'],
]);

export class MatchTally {
  readonly #hourCellsMax: number;
  readonly #namespaces = new Map<string, Map<string, FunctionTally>>();
  #hourCells = 0;
  /** Hours before it are not held. */
  #firstHour = Number.NEGATIVE_INFINITY;
  #isReady = false;

  constructor({ hourCellsMax }: TallyLimits = { hourCellsMax: HOUR_CELLS_MAX }) {
    this.#hourCellsMax = hourCellsMax;
  }

  /**
   * Forgets everything, and takes what is written from here on. Until `load` nothing is answered.
   * To be called at the mark that `load` brings the records of.
   */
  restart(): void {
    this.#namespaces.clear();
    this.#hourCells = 0;
    this.#firstHour = Number.NEGATIVE_INFINITY;
    this.#isReady = false;
  }

  /** @param stored all records that were in sight when `restart` was called */
  load({ totals, hours, firstHour }: StoredTally): void {
    this.#forgetBefore(firstHour);
    for (const row of totals) {
      for (const tally of this.#talliesOf(row.namespace, row.functionName)) {
        addCounts(tally.total, countsOf(row));
      }
    }
    for (const row of hours) {
      for (const tally of this.#talliesOf(row.namespace, row.functionName)) {
        addCounts(this.#hourCell(tally, row.hour), countsOf(row));
      }
    }
    this.#isReady = true;
  }

  /**
   * Takes what a write has brought into sight, at the moment when the mark is raised.
   */
  addBlock(block: InvocationBlock, { replaces, replaced, ingestTimeMs }: WrittenBlock): void {
    const { namespace, functionName } = block.texts;
    let tallies: readonly FunctionTally[] = [];
    for (let row = 0; row < block.length; row++) {
      if (row === 0 || !namespace.sameAt(row, row - 1) || !functionName.sameAt(row, row - 1)) {
        tallies = this.#talliesOf(namespace.textAt(row), functionName.textAt(row));
      }
      const seqReplaced = replaces?.[row] ?? 0;
      const run = traitsAt(block, row, { ingestTimeMs, replaced: seqReplaced !== 0 });
      const old = replaced.get(seqReplaced);
      for (const tally of tallies) {
        if (old !== undefined) {
          takeRunAway(tally.total, old);
          takeRunAway(this.#hourCell(tally, hourOf(old.startTimeUs)), old);
        }
        addRun(tally.total, run);
        addRun(this.#hourCell(tally, hourOf(run.startTimeUs)), run);
      }
    }
  }

  /**
   * @returns how many records match at the present mark; undefined where only reading tells
   */
  count(filter: MatchFilter): TallyCount | undefined {
    if (!this.#isReady || Object.entries(filter).some(isUnanswered)) {
      return undefined;
    }
    const { namespace, functionName = ALL, status, sinceUs, untilUs } = filter;
    const tally = this.#namespaces.get(namespace)?.get(functionName);
    if (tally === undefined) {
      return { runs: 0, edges: [] };
    }
    if (status === 'running' || status === 'lost') {
      // Which of the two a run is depends on the clock and its time limit.
      return tally.total.unfinished === 0 ? { runs: 0, edges: [] } : undefined;
    }
    if (sinceUs === undefined && untilUs === undefined) {
      return { runs: countOf(tally.total, status), edges: [] };
    }
    return this.#countBetween(tally, filter);
  }

  /**
   * @returns how many records there may be at most from one hour to the other, both whole; undefined
   *   where that is not known
   */
  rowsWithin({
    namespace,
    functionName = ALL,
    sinceUs,
    untilUs,
  }: CompletenessScope): number | undefined {
    const tally = this.#namespaces.get(namespace)?.get(functionName);
    if (!this.#isReady) {
      return undefined;
    }
    if (tally === undefined || (sinceUs === undefined && untilUs === undefined)) {
      return countOf(tally?.total, undefined);
    }
    const first = hourOf(sinceUs ?? 0);
    const last = untilUs === undefined ? Number.POSITIVE_INFINITY : hourOf(untilUs);
    return first < this.#firstHour
      ? countOf(tally.total, undefined)
      : countOf(sumHours(tally.hours, first, last), undefined);
  }

  /** @returns the hours of a window in which runs began, in order; undefined where that is not known */
  hoursWithin({
    namespace,
    functionName = ALL,
    sinceUs = 0,
    untilUs = Number.POSITIVE_INFINITY,
  }: CompletenessScope): HourRuns[] | undefined {
    if (!this.#isReady || hourOf(sinceUs) < this.#firstHour) {
      return undefined;
    }
    const hours = this.#namespaces.get(namespace)?.get(functionName)?.hours;
    return hours === undefined ? [] : runsByHour(hours, sinceUs, untilUs);
  }

  /** From here on hours are held, in microseconds since 1970. */
  get heldFromUs(): number {
    return Math.max(0, this.#firstHour * HOUR_US);
  }

  get namespaces(): string[] {
    return [...this.#namespaces.keys()];
  }

  /** As `count` does it for runs, with all that is counted; the outcome of a run does not matter. */
  completeness({
    namespace,
    functionName = ALL,
    sinceUs,
    untilUs,
  }: CompletenessScope): TallyCompleteness | undefined {
    const tally = this.#namespaces.get(namespace)?.get(functionName);
    if (!this.#isReady) {
      return undefined;
    }
    if (tally === undefined || (sinceUs === undefined && untilUs === undefined)) {
      return { counts: tally?.total ?? noRuns(), edges: [] };
    }
    const parts = partsOf(tally.hours, this.#firstHour, { sinceUs, untilUs });
    return parts === undefined
      ? undefined
      : { counts: sumHours(tally.hours, parts.first, parts.last), edges: parts.edges };
  }

  #countBetween(tally: FunctionTally, filter: MatchFilter): TallyCount | undefined {
    const { status } = filter;
    const parts = partsOf(tally.hours, this.#firstHour, filter);
    if (parts === undefined) {
      return undefined;
    }
    const { first, last, edges } = parts;
    return { runs: countOf(sumHours(tally.hours, first, last), status), edges };
  }

  /** Where an hour is not held, one that nobody looks at. */
  #hourCell(tally: FunctionTally, hour: number): RunCounts {
    const known = tally.hours.get(hour);
    if (known !== undefined || hour < this.#firstHour) {
      return known ?? noRuns();
    }
    const counts = noRuns();
    tally.hours.set(hour, counts);
    this.#hourCells += 1;
    if (this.#hourCells > this.#hourCellsMax) {
      this.#forgetOldest();
    }
    return counts;
  }

  /** The one of the function, and the one of its whole namespace. */
  #talliesOf(namespace: string, functionName: string): readonly FunctionTally[] {
    let functions = this.#namespaces.get(namespace);
    if (functions === undefined) {
      functions = new Map();
      this.#namespaces.set(namespace, functions);
    }
    const tallies: FunctionTally[] = [];
    for (const name of [functionName, ALL]) {
      const tally = functions.get(name) ?? { total: noRuns(), hours: new Map() };
      functions.set(name, tally);
      tallies.push(tally);
    }
    return tallies;
  }

  #forgetOldest(): void {
    const hours = this.#all.flatMap((tally) => [...tally.hours.keys()]).sort((a, b) => a - b);
    this.#forgetBefore((hours[Math.floor(hours.length * FORGOTTEN_SHARE)] ?? 0) + 1);
  }

  #forgetBefore(firstHour: number): void {
    this.#firstHour = Math.max(this.#firstHour, firstHour);
    for (const { hours } of this.#all) {
      for (const hour of hours.keys()) {
        if (hour < this.#firstHour) {
          hours.delete(hour);
          this.#hourCells -= 1;
        }
      }
    }
  }

  get #all(): FunctionTally[] {
    return [...this.#namespaces.values()].flatMap((functions) => [...functions.values()]);
  }
}

function isUnanswered([name, value]: readonly [string, unknown]): boolean {
  return value !== undefined && !ANSWERED.has(name);
}
