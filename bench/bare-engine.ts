// What ingest is measured against: the same NDJSON straight into the engine, in a process of its
// own. One connection, one plain table with the columns of the wire, no checks, no projections.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { undoAtExit } from './undo-at-exit.ts';

/** Also the name of the bench's own command that carries it out. */
export const BARE_ENGINE = 'bare-engine';

export interface BareEngineTask {
  /** An empty directory. */
  readonly path: string;
  /** Records in each insert. */
  readonly batch: number;
  readonly bodies: number;
  readonly seconds: number;
  /** Bodies of records that are there before the clock starts. */
  readonly stored: { readonly bodies: number; readonly batch: number };
}

export interface BareEngineOutcome {
  readonly engineVersion: string;
  readonly records: number;
  readonly seconds: number;
}

/** Carries out a task in a process of its own, since a process can have one data directory. */
export async function measureBareEngine(task: BareEngineTask): Promise<BareEngineOutcome> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = fork(main, [BARE_ENGINE, JSON.stringify(task)]);
  const kill = undoAtExit(() => child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  let outcome: BareEngineOutcome | undefined;
  child.once('message', (message) => {
    outcome = message as BareEngineOutcome;
  });
  await exited;
  kill();
  if (outcome === undefined) {
    throw new Error('the bare engine ended without an answer; its own words are above');
  }
  return outcome;
}
