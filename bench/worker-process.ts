// A process of the bench's own that carries out tasks one after the other: what is measured does
// not share its memory, its event loop or its garbage collector with what measures it.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  type ProcessMemory,
  readProcessMemory,
  resetPeakMemory,
} from '../src/runner/process-memory.ts';
import { undoAtExit } from './undo-at-exit.ts';

/** The bench's own hidden command, before the kind of worker. */
export const WORKER = 'worker';

export type WorkerKind = 'bare-engine' | 'senders' | 'store-size' | 'peer';

type Answer = { readonly answer: unknown } | { readonly error: string };

/** The side of the process that asks. What tasks and answers are, the kind of worker says. */
export class WorkerProcess<Task, Outcome> {
  readonly #kind: WorkerKind;
  readonly #child: ChildProcess;
  readonly #kill: () => void;
  readonly #ended: Promise<unknown>;

  constructor(kind: WorkerKind) {
    const main = fileURLToPath(new URL('./main.ts', import.meta.url));
    this.#kind = kind;
    this.#child = fork(main, [WORKER, kind], { serialization: 'advanced' });
    this.#kill = undoAtExit(() => this.#child.kill('SIGKILL'));
    this.#ended = once(this.#child, 'exit');
  }

  /** @throws Error with what went wrong there */
  async ask(task: Task): Promise<Outcome> {
    const answered = once(this.#child, 'message') as Promise<[Answer]>;
    this.#child.send(task as object);
    const first = await Promise.race([answered, this.#ended.then(() => undefined)]);
    if (first === undefined) {
      throw new Error(`the process of ${this.#kind} has ended; its own words are above`);
    }
    const [message] = first;
    if ('error' in message) {
      throw new Error(`in the process of ${this.#kind}: ${message.error}`);
    }
    return message.answer as Outcome;
  }

  /** Stops all of its threads, so that what it does in the background costs others nothing. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  resetPeak(): void {
    resetPeakMemory(this.#child.pid ?? 0);
  }

  /** Undefined where the system does not tell. */
  memory(): ProcessMemory | undefined {
    return readProcessMemory(this.#child.pid ?? 0);
  }

  /** Ends the process, whatever it does. */
  async stop(): Promise<void> {
    this.#kill();
    await this.#ended;
  }
}

/** The side of the process that works: answers every task until nobody asks any more. */
export function serveTasks<Task>(carryOut: (task: Task) => Promise<unknown>): void {
  process.on('message', (task) => {
    void answerOf(carryOut, task as Task).then((answer) => process.send?.(answer));
  });
  process.once('disconnect', () => process.exit());
}

async function answerOf<Task>(
  carryOut: (task: Task) => Promise<unknown>,
  task: Task,
): Promise<Answer> {
  try {
    return { answer: await carryOut(task) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
