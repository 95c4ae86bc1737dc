// Every kind of source sends to one server, something goes wrong with it round after round, and in
// the end the store must hold what was produced: all of it, once, as it was.

import { join } from 'node:path';
import { type Draw, seededDraw } from '../../../bench/seeded-draw.ts';
import {
  type RunningServer,
  type ServeOptions,
  startServer,
  withDirectory,
} from '../../support/running-server.ts';
import { assertEqual } from '../whole-store.ts';
import { compareSome, compareStore } from './compare-store.ts';
import { Fleet } from './fleet.ts';
import type { ProducedRun } from './produced-run.ts';

/** What goes wrong. */
export interface Fault {
  readonly name: string;
  /** Why it cannot be made here; empty where it can. */
  readonly problem: string;
  /** What this machine leaves out of it; empty where nothing. */
  readonly note?: string;
  /** Settings of the server. */
  readonly serve?: (directory: string) => Partial<ServeOptions>;
  /** Runs all of it with a data directory of the fault's own choice. */
  readonly withDataDir?: (use: (dataDir: string) => Promise<void>) => Promise<void>;
  /** Before the first round; the server runs and nobody sends. */
  readonly begin?: (stage: Stage) => Promise<void>;
  /** Makes it happen and end again, and checks runs. @returns what happened, for the table */
  readonly round: (stage: Stage) => Promise<string>;
  /** After the last round, before all is sent. */
  readonly end?: (stage: Stage) => Promise<void>;
}

export interface RoundSummary {
  readonly round: number;
  readonly what: string;
  /** Requests that were acknowledged in this round, and those of them that had been before. */
  readonly acknowledged: number;
  readonly again: number;
  readonly events: number;
  /** Requests without a whole answer, and those that were answered 429 or 503. */
  readonly unanswered: number;
  readonly refused: number;
  /** Runs of all sources so far, and those of them that are known to be acknowledged whole. */
  readonly produced: number;
  readonly complete: number;
}

export interface FaultRunOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly onRound?: (round: RoundSummary) => void;
}

/** Runs of which the sources know that all is there, asked for after each round. */
const SPOT_CHECKS = 20;

/** The server and those that send to it. */
export class Stage {
  server: RunningServer;
  readonly fleet: Fleet;
  /** Runs that the fault itself has told the server of. */
  readonly others: ProducedRun[] = [];
  readonly draw: Draw;
  readonly serve: ServeOptions;

  constructor(server: RunningServer, fleet: Fleet, options: { draw: Draw; serve: ServeOptions }) {
    this.server = server;
    this.fleet = fleet;
    this.draw = options.draw;
    this.serve = options.serve;
  }

  get url(): string {
    return this.server.url;
  }

  /**
   * Asks for some runs that were acknowledged whole.
   *
   * @returns how many of the questions were refused
   */
  async check(mayBeRefused = false): Promise<number> {
    const options = { draw: this.draw, count: SPOT_CHECKS, mayBeRefused };
    return await this.fleet.during(compareSome(this.url, this.fleet.complete, options));
  }
}

export interface FaultRunSummary {
  readonly rounds: readonly RoundSummary[];
  /** Runs that the store holds in the end, each as it was produced. */
  readonly runs: number;
}

/** @throws Error that names the seed and what is not as it was produced */
export async function runFault(fault: Fault, options: FaultRunOptions): Promise<FaultRunSummary> {
  const summaries: RoundSummary[] = [];
  let runs = 0;
  try {
    await withDirectory(async (directory) => {
      const withDataDir = fault.withDataDir ?? ((use) => use(join(directory, 'data')));
      await withDataDir(async (dataDir) => {
        runs = await runIn({ directory, dataDir }, fault, options, summaries);
      });
    });
    return { rounds: summaries, runs };
  } catch (cause) {
    const round = Math.min(summaries.length + 1, options.rounds);
    throw new Error(`${fault.name}, seed ${options.seed}, round ${round}: ${String(cause)}`, {
      cause,
    });
  }
}

async function runIn(
  { directory, dataDir }: { readonly directory: string; readonly dataDir: string },
  fault: Fault,
  { seed, rounds, onRound }: FaultRunOptions,
  summaries: RoundSummary[],
): Promise<number> {
  const given = { dataDir, ...fault.serve?.(directory) };
  const first = await startServer(given);
  const { port } = new URL(first.url);
  const serve = { ...given, args: [...(given.args ?? []), '--port', port] };
  const fleet = new Fleet({ url: first.url, seed, directory });
  const stage = new Stage(first, fleet, { draw: seededDraw(seed), serve });
  try {
    await fault.begin?.(stage);
    fleet.start();
    for (let round = 1; round <= rounds; round++) {
      const before = fleet.tally();
      const what = await fault.round(stage);
      const summary = { round, what, ...since(before, fleet) };
      summaries.push(summary);
      onRound?.(summary);
    }
    await fault.end?.(stage);
    await fleet.flush();
    const produced = [...fleet.produced, ...stage.others];
    await compareStore(stage.url, produced);
    const { code } = await stage.server.process.stop();
    assertEqual(code, 0, 'exit code at the end');
    return produced.length;
  } finally {
    await fleet.stop();
    await stage.server.process.kill9();
  }
}

function since(before: ReturnType<Fleet['tally']>, fleet: Fleet) {
  const now = fleet.tally();
  return {
    acknowledged: now.acknowledged - before.acknowledged,
    again: now.again - before.again,
    events: now.events - before.events,
    unanswered: now.unanswered - before.unanswered,
    refused: now.refused - before.refused,
    produced: fleet.produced.length,
    complete: fleet.complete.length,
  };
}
