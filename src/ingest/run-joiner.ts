// Reads the records of runs, joins fragments to them and writes what has changed: in rounds, so
// that what many requests bring at the same time takes one read and one write. A run is in one
// round at a time, so that requests about the same run lose nothing of each other's.
//
// The native API writes whole records beside this. Where one comes for a run that fragments are
// being joined to, the later write counts.

import { AppError } from '../domain/errors.ts';
import { type Invocation, identityKey } from '../domain/invocation.ts';
import type { RunIdentity, StartRange } from '../domain/ports.ts';
import type { WriteOutcome } from '../domain/receipt.ts';
import { Pauses } from './pauses.ts';
import type { RunEvent } from './resolve-streams.ts';
import { RunRecords, type RunRecordsOptions } from './run-records.ts';

export interface RunJoinerOptions extends RunRecordsOptions {
  /** Makes records durable, as Batcher.append says. */
  readonly append: (records: readonly Invocation[]) => Promise<readonly WriteOutcome[]>;
  /** Stored records of runs, as InvocationReader.recordsToJoin says. */
  readonly recordsToJoin: (
    runs: readonly RunIdentity[],
    range: StartRange,
  ) => Promise<readonly Invocation[]>;
}

/** Runs of one round. */
const RUNS_TOGETHER_MAX = 4_000;
/** Rounds at a time: while one writes, the next one reads. */
const ROUNDS_MAX = 2;
/** A record of a run that began this long ago is still found: no platform's runs last longer. */
const RUN_TIME_US_MAX = 24 * 3600 * 1_000_000;
/** How often records are joined anew that somebody else has written in between. */
const ATTEMPTS_MAX = 5;

/** What one request tells of one identity. */
interface Telling {
  /** In the order of arrival. */
  readonly events: readonly RunEvent[];
  /** Those that told something new, as far as they were joined. */
  readonly news: Set<RunEvent>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** All that waits to be told of one identity, in the order of arrival. */
interface RunTellings {
  readonly key: string;
  readonly run: RunIdentity;
  readonly tellings: Telling[];
}

export class RunJoiner {
  readonly #options: RunJoinerOptions;
  /** By identity; bounded by what the service lets in. */
  readonly #waiting = new Map<string, RunTellings>();
  readonly #busy = new Set<string>();
  #rounds = 0;

  constructor(options: RunJoinerOptions) {
    this.#options = options;
  }

  /**
   * @param events of one request, in the order of arrival
   * @returns how many of them told something new, after all of it is durable
   * @throws AppError overloaded, storage_full, store_unavailable: some of it may be durable, and
   *   joining it again is safe
   */
  async join(events: readonly RunEvent[]): Promise<number> {
    const told = [...(await groupsOf(events))].map(([key, own]) => this.#tell(key, own));
    // Whoever comes in the same moment is in the same round.
    setImmediate(() => this.#startRounds());
    const counts = await Promise.all(told);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** @returns how many of the events of one identity told something new */
  async #tell(key: string, events: readonly RunEvent[]): Promise<number> {
    const run = events[0]?.fragment;
    if (run === undefined) {
      return 0;
    }
    const news = new Set<RunEvent>();
    await new Promise<void>((resolve, reject) => {
      const waiting = this.#waiting.get(key) ?? { key, run, tellings: [] };
      waiting.tellings.push({ events, news, resolve, reject });
      this.#waiting.set(key, waiting);
    });
    return news.size;
  }

  #startRounds(): void {
    while (this.#rounds < ROUNDS_MAX) {
      const round = this.#nextRound();
      if (round.length === 0) {
        return;
      }
      this.#rounds += 1;
      void this.#carryOut(round);
    }
  }

  /** Takes what waited longest of runs that are in no round. */
  #nextRound(): RunTellings[] {
    const round: RunTellings[] = [];
    for (const [key, waiting] of this.#waiting) {
      if (round.length === RUNS_TOGETHER_MAX) {
        break;
      }
      if (!this.#busy.has(key)) {
        round.push(waiting);
        this.#waiting.delete(key);
        this.#busy.add(key);
      }
    }
    return round;
  }

  async #carryOut(round: readonly RunTellings[]): Promise<void> {
    try {
      await this.#joinTogether(round);
    } catch (error) {
      for (const { reject } of round.flatMap(({ tellings }) => tellings)) {
        reject(error);
      }
    }
    for (const { key } of round) {
      this.#busy.delete(key);
    }
    this.#rounds -= 1;
    this.#startRounds();
  }

  /** Half of them at a time where their records are too big to be read at once. */
  async #joinTogether(runs: readonly RunTellings[]): Promise<void> {
    try {
      await this.#joinAll(runs);
      for (const { resolve } of runs.flatMap(({ tellings }) => tellings)) {
        resolve();
      }
      return;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'page_too_large' || runs.length === 1) {
        throw error;
      }
    }
    const middle = runs.length >> 1;
    await this.#joinTogether(runs.slice(0, middle));
    await this.#joinTogether(runs.slice(middle));
  }

  async #joinAll(runs: readonly RunTellings[]): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const changed = await this.#changedRecords(runs, await this.#read(runs));
      const outcomes = changed.length === 0 ? [] : await this.#options.append(changed);
      // A duplicate was not written: the store holds a newer record by now.
      if (!outcomes.includes('duplicate')) {
        return;
      }
    }
    throw new AppError(
      'overloaded',
      'records of these runs are being written from elsewhere; send the events again later',
    );
  }

  async #changedRecords(
    runs: readonly RunTellings[],
    stored: ReadonlyMap<string, readonly Invocation[]>,
  ): Promise<Invocation[]> {
    const changed: Invocation[] = [];
    const pauses = new Pauses();
    for (const { key, tellings } of runs) {
      const records = new RunRecords(stored.get(key) ?? [], this.#options);
      for (const { events, news } of tellings) {
        for (const event of records.join(events)) {
          news.add(event);
        }
        await pauses.ifDue();
      }
      changed.push(...records.changed);
    }
    return changed;
  }

  async #read(runs: readonly RunTellings[]): Promise<ReadonlyMap<string, readonly Invocation[]>> {
    const { identityWindowUs, recordsToJoin } = this.#options;
    let fromUs = Number.POSITIVE_INFINITY;
    let toUs = 0;
    for (const { events } of runs.flatMap(({ tellings }) => tellings)) {
      for (const { atUs } of events) {
        fromUs = Math.min(fromUs, atUs);
        toUs = Math.max(toUs, atUs);
      }
    }
    const records = await recordsToJoin(
      runs.map(({ run }) => run),
      { sinceUs: fromUs - identityWindowUs - RUN_TIME_US_MAX, untilUs: toUs + identityWindowUs },
    );
    const byRun = new Map<string, Invocation[]>();
    for (const record of records) {
      const key = identityKey(record);
      byRun.set(key, [...(byRun.get(key) ?? []), record]);
    }
    return byRun;
  }
}

async function groupsOf(events: readonly RunEvent[]): Promise<Map<string, RunEvent[]>> {
  const groups = new Map<string, RunEvent[]>();
  const pauses = new Pauses();
  for (const event of events) {
    const key = identityKey(event.fragment);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [event]);
    } else {
      group.push(event);
    }
    await pauses.ifDue();
  }
  return groups;
}
