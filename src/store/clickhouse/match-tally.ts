// How many records there are, by namespace, function, hour of start and outcome, kept in memory and
// raised together with the mark: the total of most pages is then known without reading anything.

import type { InvocationBlock } from '../../domain/invocation-block.ts';
import type { MatchFilter } from './queries/match-conditions.ts';
import {
  countOf,
  HOUR_US,
  hourOf,
  noRuns,
  type RunCounts,
  statusOf,
  sumHours,
} from './run-counts.ts';

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

/** Records of one function that ended alike. */
export interface TallyRow {
  readonly namespace: string;
  readonly functionName: string;
  readonly status: keyof RunCounts;
  readonly runs: number;
}

/** Those of them that began in one hour, counted since 1970. */
export interface TallyHourRow extends TallyRow {
  readonly hour: number;
}

/** What a store holds. */
export interface StoredTally {
  readonly totals: readonly TallyRow[];
  readonly hours: readonly TallyHourRow[];
  /** Earlier hours are not told. */
  readonly firstHour: number;
}

/** A record that goes out of sight because another one takes its place. */
export interface ReplacedRecord {
  readonly startTimeUs: number;
  readonly retCode: number;
}

export interface TallyLimits {
  readonly hourCellsMax: number;
}

/** Which records, whatever their outcome. */
export interface TallyRange {
  readonly namespace: string;
  readonly functionName?: string | undefined;
  readonly sinceUs?: number | undefined;
  readonly untilUs?: number | undefined;
}

/** Part of a time range that has to be counted by reading. */
type Edge = Pick<MatchFilter, 'sinceUs' | 'untilUs'>;

export interface TallyCount {
  /** Of all that is not in the edges. */
  readonly runs: number;
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
    for (const { namespace, functionName, status, runs } of totals) {
      for (const tally of this.#talliesOf(namespace, functionName)) {
        tally.total[status] += runs;
      }
    }
    for (const { namespace, functionName, status, hour, runs } of hours) {
      for (const tally of this.#talliesOf(namespace, functionName)) {
        this.#addHour(tally, hour, status, runs);
      }
    }
    this.#isReady = true;
  }

  /**
   * Takes what a write has brought into sight, at the moment when the mark is raised.
   *
   * @param replaces for each row the sequence of the record that it replaces, 0 for none
   * @param replaced those records by their sequence
   */
  addBlock(
    block: InvocationBlock,
    replaces: readonly number[] | undefined,
    replaced: ReadonlyMap<number, ReplacedRecord>,
  ): void {
    const { namespace, functionName } = block.texts;
    let tallies: readonly FunctionTally[] = [];
    for (let row = 0; row < block.length; row++) {
      if (row === 0 || !namespace.sameAt(row, row - 1) || !functionName.sameAt(row, row - 1)) {
        tallies = this.#talliesOf(namespace.textAt(row), functionName.textAt(row));
      }
      const hour = hourOf(block.numberAt(row, 'startTimeUs'));
      const old = replaced.get(replaces?.[row] ?? 0);
      for (const tally of tallies) {
        this.#add(tally, hour, statusOf(block.numberAt(row, 'retCode')), 1);
        if (old !== undefined) {
          this.#add(tally, hourOf(old.startTimeUs), statusOf(old.retCode), -1);
        }
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
  rowsWithin({ namespace, functionName = ALL, sinceUs, untilUs }: TallyRange): number | undefined {
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
      : sumHours(tally.hours, first, last, undefined);
  }

  #countBetween(tally: FunctionTally, filter: MatchFilter): TallyCount | undefined {
    const { status, sinceUs = 0, untilUs = Number.POSITIVE_INFINITY } = filter;
    const first = Math.ceil(sinceUs / HOUR_US);
    const end = Number.isFinite(untilUs) ? hourOf(untilUs) : Number.POSITIVE_INFINITY;
    if (first < this.#firstHour) {
      return undefined;
    }
    if (end <= first) {
      return undefined;
    }
    const edges: Edge[] = [];
    if (first * HOUR_US > sinceUs) {
      edges.push({ sinceUs, untilUs: first * HOUR_US });
    }
    if (end * HOUR_US < untilUs) {
      edges.push({ sinceUs: end * HOUR_US, untilUs });
    }
    // An hour that is held and in which nothing began has nothing in a part of it.
    const open = edges.filter(({ sinceUs: from = 0 }) => {
      const hour = hourOf(from);
      return hour < this.#firstHour || countOf(tally.hours.get(hour), status) > 0;
    });
    return { runs: sumHours(tally.hours, first, end - 1, status), edges: open };
  }

  #add(tally: FunctionTally, hour: number, status: keyof RunCounts, runs: number): void {
    tally.total[status] += runs;
    this.#addHour(tally, hour, status, runs);
  }

  #addHour(tally: FunctionTally, hour: number, status: keyof RunCounts, runs: number): void {
    if (hour < this.#firstHour) {
      return;
    }
    let counts = tally.hours.get(hour);
    if (counts === undefined) {
      counts = noRuns();
      tally.hours.set(hour, counts);
      this.#hourCells += 1;
      if (this.#hourCells > this.#hourCellsMax) {
        this.#forgetOldest();
      }
    }
    counts[status] += runs;
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
