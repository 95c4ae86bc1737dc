// One worker process with one function in it: starts it, sends it runs one after the other, watches
// its time and memory, and ends it with everything that it has started. Decides nothing about which
// worker runs what; that is worker-pool.ts.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Duplex } from 'node:stream';
import { buildEnvironment } from './function-environment.ts';
import { entryEndings, type LocalFunction, splitHandler } from './local-function.ts';
import { type LogPart, LogPipe } from './log-pipe.ts';
import { readProcessMemory, resetPeakMemory } from './process-memory.ts';
import type { RunLog } from './run-log.ts';
import {
  canceled,
  initTimedOut,
  megabytes,
  outOfMemory,
  processEnded,
  type RunOutcome,
  startFailed,
  timedOut,
} from './run-outcome.ts';
import { residentBytesMax, workerCommand } from './runtime-command.ts';
import { readAnswers } from './worker-answers.ts';
import type { WorkerGuard } from './worker-guard.ts';
import { PAYLOAD_BYTES_MAX, type WorkerAnswer, type WorkerRequest } from './worker-protocol.ts';

const SAMPLE_MS = 50;
/** How long the log is waited for when the process is gone but somebody still holds its pipe. */
const DRAIN_MS = 500;
/** How long the end of the log is waited for after an answer: the function may have closed it. */
const LOG_WAIT_MS = 5000;
const TOKEN_BYTES = 24;

export interface WorkerReply {
  readonly outcome: RunOutcome;
  readonly durationUs: number;
  readonly memUsageBytes: number;
  /** False: the process was gone before it took up the request. */
  readonly hasBegun: boolean;
}

/** A request without what the worker process itself adds. */
type Unsigned<T> = T extends WorkerRequest ? Omit<T, 'token'> : never;

interface Running {
  readonly token: string;
  readonly settle: (answer: WorkerAnswer | undefined) => void;
}

export class WorkerProcess {
  readonly #fn: LocalFunction;
  readonly #child: ChildProcess;
  readonly #log: LogPipe | undefined;
  readonly #channel: Duplex | undefined;
  /** The process and, as far as can be waited for, its output have ended. */
  readonly #closed: Promise<void>;
  #running: Running | undefined;
  /** Why it was ended by us, if it was. */
  #verdict: RunOutcome | undefined;
  #startError: Error | undefined;
  #isUsable = true;
  #isFirst = true;

  constructor(fn: LocalFunction, guard: WorkerGuard) {
    this.#fn = fn;
    this.#child = startProcess(fn);
    const { pid, stdout, stdio } = this.#child;
    const channel = stdio[3];
    this.#channel = channel instanceof Duplex ? channel : undefined;
    this.#log = stdout === null ? undefined : new LogPipe(stdout);
    if (pid !== undefined) {
      guard.add(pid);
    }
    this.#closed = this.#watchEnd(guard);
    if (this.#channel !== undefined) {
      // Its end is told by the process's own.
      this.#channel.on('error', () => undefined);
      readAnswers(this.#channel, (answer) => this.#take(answer));
    }
  }

  /** False once it must not be given another run. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /** Called once, when the process has ended by whatever cause. */
  onClosed(listener: () => void): void {
    void this.#closed.then(listener);
  }

  /** Loads the function's code. To be called first. */
  load(limitMs: number, log: RunLog): Promise<WorkerReply> {
    const { file, functionName } = splitHandler(this.#fn.handler);
    const request = {
      op: 'load',
      dir: this.#fn.dir,
      file,
      endings: entryEndings[this.#fn.runtime],
      functionName,
      resultBytesMax: PAYLOAD_BYTES_MAX,
    } as const;
    return this.#ask(request, { limitMs, log, late: initTimedOut(limitMs) });
  }

  /** One run. Not to be called while another goes on. */
  run(event: string, context: Record<string, unknown>, log: RunLog): Promise<WorkerReply> {
    const limitMs = this.#fn.timeLimitMs;
    return this.#ask({ op: 'run', event, context }, { limitMs, log, late: timedOut(limitMs) });
  }

  /** Ends the process and all that it has started. A run that goes on is told as canceled. */
  async kill(): Promise<void> {
    this.#endWith(canceled());
    await this.#closed;
  }

  async #ask(
    request: Unsigned<WorkerRequest>,
    { limitMs, log, late }: { limitMs: number; log: RunLog; late: RunOutcome },
  ): Promise<WorkerReply> {
    const token = `\0${randomBytes(TOKEN_BYTES).toString('hex')}\0`;
    const begin = performance.now();
    const part = this.#log?.capture({ token, into: log, begun: this.#isFirst });
    this.#isFirst = false;
    const memory = this.#watchMemory();
    const timer = setTimeout(() => this.#endWith(late), limitMs);
    const answer = await this.#send(request, token);
    clearTimeout(timer);
    const elapsedUs = Math.round((performance.now() - begin) * 1000);
    const memUsageBytes = memory.end(answer?.maxRssBytes ?? 0);
    await this.#finish(answer, part);
    return {
      outcome: this.#outcome(answer, log),
      durationUs: answer === undefined ? elapsedUs : Math.round(answer.durationUs),
      memUsageBytes,
      hasBegun: answer !== undefined || part?.hasBegun() === true,
    };
  }

  /** The answer, or undefined when the process has ended without one. */
  async #send(request: Unsigned<WorkerRequest>, token: string): Promise<WorkerAnswer | undefined> {
    const answered = new Promise<WorkerAnswer | undefined>((resolve) => {
      this.#running = { token, settle: resolve };
      void this.#closed.then(() => resolve(undefined));
    });
    this.#channel?.write(`${JSON.stringify({ ...request, token })}\n`);
    const answer = await answered;
    this.#running = undefined;
    return answer;
  }

  /** Waits until the log is whole, and ends a process that must not run again. */
  async #finish(answer: WorkerAnswer | undefined, part: LogPart | undefined): Promise<void> {
    if (answer === undefined || answer.poisoned) {
      this.#endWith(undefined);
    }
    const timer = setTimeout(() => this.#endWith(undefined), LOG_WAIT_MS);
    await Promise.race([part?.whole, this.#closed]);
    clearTimeout(timer);
    if (!this.#isUsable) {
      await this.#closed;
    }
  }

  #outcome(answer: WorkerAnswer | undefined, log: RunLog): RunOutcome {
    // First, because memory can be found to be over the limit when the answer is there.
    if (this.#verdict !== undefined) {
      return this.#verdict;
    }
    if (answer !== undefined) {
      return answer;
    }
    if (this.#startError !== undefined) {
      return startFailed(this.#startError.message);
    }
    const { exitCode, signalCode } = this.#child;
    // V8 has no other sign for a full heap than this line and a crash.
    if (signalCode !== null && log.endHolds('JavaScript heap out of memory')) {
      return outOfMemory(this.#fn.memoryLimitBytes, 'the JavaScript heap is full');
    }
    return processEnded(exitCode, signalCode);
  }

  #take(answer: WorkerAnswer): void {
    if (answer.token === this.#running?.token) {
      this.#running.settle(answer);
    }
  }

  #endWith(verdict: RunOutcome | undefined): void {
    this.#isUsable = false;
    const { pid, exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) {
      this.#verdict ??= verdict;
      killGroup(pid);
    }
  }

  /** Looks at the memory until `end`, which gives the most that was seen. */
  #watchMemory(): { end: (ownBytes: number) => number } {
    const { pid } = this.#child;
    const bytesMax = residentBytesMax(this.#fn);
    let peakBytes = 0;
    const hasReset = pid !== undefined && resetPeakMemory(pid);
    const sample = () => {
      const memory = pid === undefined ? undefined : readProcessMemory(pid);
      if (memory === undefined) {
        return;
      }
      peakBytes = Math.max(peakBytes, hasReset ? memory.peakBytes : memory.residentBytes);
      if (peakBytes > bytesMax) {
        const held = `the process held ${megabytes(peakBytes)} MB`;
        this.#endWith(outOfMemory(this.#fn.memoryLimitBytes, held));
      }
    };
    sample();
    const timer = setInterval(sample, SAMPLE_MS);
    return {
      end: (ownBytes) => {
        clearInterval(timer);
        sample();
        return peakBytes === 0 ? ownBytes : peakBytes;
      },
    };
  }

  #stopReading(): void {
    this.#log?.destroy();
    this.#channel?.destroy();
  }

  #watchEnd(guard: WorkerGuard): Promise<void> {
    const child = this.#child;
    return new Promise((resolve) => {
      const ended = () => {
        this.#isUsable = false;
        resolve();
      };
      child.once('error', (error) => {
        this.#startError = error;
        ended();
      });
      child.once('exit', () => {
        // Descendants that are left keep the log open, and must not stay.
        killGroup(child.pid);
        if (child.pid !== undefined) {
          guard.drop(child.pid);
        }
        this.#isUsable = false;
        setTimeout(() => this.#stopReading(), DRAIN_MS).unref();
      });
      child.once('close', ended);
    });
  }
}

function startProcess(fn: LocalFunction): ChildProcess {
  const { file, args } = workerCommand(fn);
  const channel = fn.runtime === 'nodejs' ? { NODE_CHANNEL_FD: '3' } : {};
  // The shell lets both streams go into one pipe, and then becomes the worker.
  return spawn('/bin/sh', ['-c', 'ulimit -c 0; exec "$0" "$@" 2>&1', file, ...args], {
    cwd: fn.dir,
    // A process group of its own, so that children of the function can be ended with it.
    detached: true,
    env: { ...buildEnvironment(fn), ...channel },
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) {
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
