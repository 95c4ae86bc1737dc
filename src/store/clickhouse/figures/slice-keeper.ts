// Keeps what is known of the runs of whole slices of time in memory, so that charts and tables of many
// runs need not read those runs again. A slice is as it was read for as long as no write has touched it;
// what is not kept, and the two ends of a window, is read for the question.

import { setTimeout } from 'node:timers/promises';
import type { ClickHouseClient } from '@clickhouse/client';
import type { CompletenessScope } from '../../../domain/completeness.ts';
import type { CommitMark } from '../commit-mark.ts';
import type { MatchTally } from '../match-tally.ts';
import type { CountOptions } from '../queries/count-matches.ts';
import type { Stretch, StretchQuery } from '../queries/stretch-conditions.ts';
import type { ReaderPool } from '../reader-pool.ts';
import { HOUR_US } from '../run-counts.ts';
import type { HourRuns } from '../tally-hours.ts';
import { KeptSlices } from './kept-slices.ts';
import { SharedReads } from './shared-reads.ts';
import { SLICE_US } from './slice-time.ts';
import type { TouchedSlices } from './touched-slices.ts';

const SLICES_IN_AN_HOUR = HOUR_US / SLICE_US;
/** Beyond it, reading the figures themselves is the faster way. */
const RUNS_READ_MAX = 300_000;
const STRETCHES_MAX = 16;
/** Four days: whatever runs longer is read. */
const LOOK_BACK_MAX = 400;
/** What is read ahead at once: it is over soon, and holds up neither questions nor the event loop. */
const RUNS_AHEAD_MAX = 100_000;
/** A slice is not read ahead while it is being written to. */
const QUIET_MS = 30_000;
const LOOK_EVERY_MS = 10_000;
const AHEAD_DEADLINE_MS = 60_000;
/** How many times as long as reading ahead has taken nothing is read ahead after it. */
const RESTS = 3;

/** Where the cells of a window come from. */
interface Plan<Cells> {
  readonly kept: Cells[];
  readonly stretches: Stretch[];
  /** How many runs the stretches have, about. */
  runs: number;
}

export interface SliceKeeperOptions<Row, Cells> {
  readonly readers: ReaderPool;
  readonly mark: CommitMark;
  readonly tally: MatchTally;
  /** Learns of every write, right before the mark is raised over it. */
  readonly touched: TouchedSlices;
  readonly bytesMax: number;
  readonly read: (
    client: ClickHouseClient,
    query: StretchQuery,
    at: CountOptions,
  ) => Promise<Row[]>;
  readonly pack: (rows: readonly Row[]) => Cells;
  /** One after the other of all that is read ahead, whoever keeps it. */
  readonly alone: (work: () => Promise<void>) => Promise<void>;
}

export class SliceKeeper<
  Row extends { readonly slice: number },
  Cells extends { readonly byteLength: number },
> {
  readonly #options: SliceKeeperOptions<Row, Cells>;
  readonly #kept: KeptSlices<Cells>;
  /** Questions of one view ask for the same stretches. */
  readonly #shared = new SharedReads<readonly Cells[]>();
  #isReadingAhead = false;
  #lookAt = 0;
  #isClosed = false;

  constructor(options: SliceKeeperOptions<Row, Cells>) {
    this.#options = options;
    this.#kept = new KeptSlices(options.bytesMax);
  }

  /**
   * @param lookBackUs for how long runs count that began before a slice
   * @returns what is known of all runs of a window at the mark, each in one of the cells; undefined
   *   where too much would have to be read for it
   */
  async cellsWithin(
    scope: CompletenessScope,
    at: CountOptions,
    lookBackUs = 0,
  ): Promise<readonly Cells[] | undefined> {
    const plan = this.#plan(scope, at.mark, Math.ceil(lookBackUs / SLICE_US));
    if (plan === undefined || plan.runs > RUNS_READ_MAX || plan.stretches.length > STRETCHES_MAX) {
      return undefined;
    }
    const { kept, stretches } = plan;
    if (stretches.length === 0) {
      return kept;
    }
    const { namespace, functionName = '' } = scope;
    const key = JSON.stringify([at.mark, namespace, functionName, stretches]);
    const read = await this.#shared.take(key, () => this.#read(scope, stretches, at));
    return [...kept, ...read];
  }

  /**
   * Reads what is not kept yet, as long as there is room, the newest first and a quarter of the time at
   * most: questions have the machine for the rest.
   * To be called every second or so.
   */
  keepUp(): void {
    if (this.#isReadingAhead || performance.now() < this.#lookAt) {
      return;
    }
    this.#isReadingAhead = true;
    this.#readAhead()
      // What cannot be read now is looked for again.
      .catch(() => undefined)
      .finally(() => {
        this.#isReadingAhead = false;
        // Nothing is known of namespaces until the records are counted.
        const isKnown = this.#options.tally.namespaces.length > 0;
        this.#lookAt = performance.now() + (isKnown ? LOOK_EVERY_MS : 0);
      });
  }

  /** Reads no more ahead. */
  close(): void {
    this.#isClosed = true;
  }

  async #readAhead(): Promise<void> {
    const { tally, mark } = this.#options;
    for (const namespace of tally.namespaces) {
      for (const stretch of this.#missing(namespace)) {
        if (this.#isClosed || !this.#kept.hasRoom) {
          return;
        }
        await this.#options.alone(async () => {
          const begin = performance.now();
          const at = { mark: mark.seq, settledTo: 0, deadlineMs: AHEAD_DEADLINE_MS };
          await this.#read({ namespace }, [stretch], at);
          const tookMs = performance.now() - begin;
          await setTimeout(RESTS * tookMs, undefined, { ref: false });
        });
      }
    }
  }

  /** Whole slices that lie side by side, the newest first. */
  #missing(namespace: string): Stretch[] {
    const missing: Stretch[] = [];
    let runs = 0;
    const { tally } = this.#options;
    const hours = tally.hoursWithin({ namespace, sinceUs: tally.heldFromUs }) ?? [];
    for (const hour of hours.reverse()) {
      for (let nth = SLICES_IN_AN_HOUR - 1; nth >= 0; nth--) {
        const slice = hour.hour * SLICES_IN_AN_HOUR + nth;
        if (this.#isMissing(namespace, slice)) {
          const [sinceUs, untilUs] = [slice * SLICE_US, (slice + 1) * SLICE_US];
          const last = missing.at(-1);
          runs += hour.runs / SLICES_IN_AN_HOUR;
          if (last?.sinceUs === untilUs && runs <= RUNS_AHEAD_MAX) {
            missing[missing.length - 1] = { sinceUs, untilUs: last.untilUs };
          } else {
            missing.push({ sinceUs, untilUs });
            runs = hour.runs / SLICES_IN_AN_HOUR;
          }
        }
      }
    }
    return missing;
  }

  #isMissing(namespace: string, slice: number): boolean {
    const mark = this.#kept.markOf({ namespace, slice });
    return (
      (mark === undefined || mark < this.#options.touched.seqOf(namespace, slice)) &&
      this.#options.touched.quietMs(namespace, slice) >= QUIET_MS
    );
  }

  /** Reads stretches, and keeps the whole slices among them where all functions were asked for. */
  async #read(
    { namespace, functionName }: CompletenessScope,
    stretches: readonly Stretch[],
    at: CountOptions,
  ): Promise<Cells[]> {
    const query = { namespace, functionName, stretches };
    const { readers, read, pack } = this.#options;
    const rows = await readers.use((client) => read(client, query, at));
    if (functionName !== undefined) {
      return [pack(rows)];
    }
    const whole = new Map<number, Row[]>(
      stretches.flatMap(wholeSlices).map((slice) => [slice, []]),
    );
    const others: Row[] = [];
    for (const row of rows) {
      (whole.get(row.slice) ?? others).push(row);
    }
    const cells = [pack(others)];
    for (const [slice, ofSlice] of whole) {
      const kept = pack(ofSlice);
      this.#kept.keep({ namespace, slice }, kept, at.mark);
      cells.push(kept);
    }
    return cells;
  }

  /** @param lookBack how many slices before it a slice depends on */
  #plan(scope: CompletenessScope, mark: number, lookBack: number): Plan<Cells> | undefined {
    const { namespace, sinceUs = 0, untilUs = Number.POSITIVE_INFINITY } = scope;
    const hours = this.#hours(scope, lookBack);
    if (hours === undefined || mark < this.#options.touched.knownFrom) {
      return undefined;
    }
    const plan: Plan<Cells> = { kept: [], stretches: [], runs: 0 };
    for (const { hour, runs } of hours) {
      for (let nth = 0; nth < SLICES_IN_AN_HOUR; nth++) {
        const slice = hour * SLICES_IN_AN_HOUR + nth;
        const from = Math.max(sinceUs, slice * SLICE_US);
        const to = Math.min(untilUs, (slice + 1) * SLICE_US);
        if (from < to) {
          this.#planSlice(plan, { namespace, slice, lookBack, from, to, mark, runsAnHour: runs });
        }
      }
    }
    return plan;
  }

  /** Those in which runs began, and those that such runs may reach. */
  #hours(scope: CompletenessScope, lookBack: number): HourRuns[] | undefined {
    if (lookBack > LOOK_BACK_MAX) {
      return undefined;
    }
    const sinceUs = Math.max(0, (scope.sinceUs ?? 0) - lookBack * SLICE_US);
    const hours = this.#options.tally.hoursWithin({ ...scope, sinceUs });
    if (hours === undefined || lookBack === 0) {
      return hours;
    }
    const runs = new Map(hours.map((one) => [one.hour, one.runs]));
    for (const { hour } of hours) {
      for (let later = 1; later <= Math.ceil(lookBack / SLICES_IN_AN_HOUR); later++) {
        runs.set(hour + later, runs.get(hour + later) ?? 0);
      }
    }
    return [...runs]
      .sort(([one], [other]) => one - other)
      .map(([hour, of]) => ({ hour, runs: of }));
  }

  #planSlice(
    plan: Plan<Cells>,
    { namespace, slice, lookBack, from, to, mark, runsAnHour }: SliceToPlan,
  ): void {
    const touchedSeq = this.#options.touched.lastSeqOf(namespace, slice - lookBack, slice);
    if (runsAnHour === 0 && lookBack === 0 && touchedSeq <= mark) {
      return;
    }
    const kept = this.#kept.get({ namespace, slice });
    if (to - from === SLICE_US && kept !== undefined && touchedSeq <= Math.min(mark, kept.mark)) {
      plan.kept.push(kept.cells);
      return;
    }
    plan.runs += (runsAnHour * (to - from)) / HOUR_US;
    const last = plan.stretches.at(-1);
    if (last?.untilUs === from) {
      plan.stretches[plan.stretches.length - 1] = { sinceUs: last.sinceUs, untilUs: to };
    } else {
      plan.stretches.push({ sinceUs: from, untilUs: to });
    }
  }
}

/** The part of a slice that lies in the window, in microseconds since 1970. */
interface SliceToPlan {
  readonly namespace: string;
  readonly slice: number;
  readonly lookBack: number;
  readonly from: number;
  readonly to: number;
  readonly mark: number;
  readonly runsAnHour: number;
}

function wholeSlices({ sinceUs, untilUs }: Stretch): number[] {
  const first = Math.ceil(sinceUs / SLICE_US);
  const length = Math.max(0, Math.floor(untilUs / SLICE_US) - first);
  return Array.from({ length }, (_, nth) => first + nth);
}
