// A program whose runs fnlog/wrap reports, as a process of its own: it ends now and then, and the
// next one sends what it left on disk.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Draw, seededDraw } from '../../../bench/seeded-draw.ts';
import { rfc3339 } from '../../../src/wire/native/encode-invocation.ts';
import { testKey, wait } from '../../support/running-server.ts';
import { type ProducedRun, Within } from './produced-run.ts';
import { below, drawLine, drawUuid } from './run-source.ts';
import type { Shipper } from './shipper.ts';

const PROGRAM = fileURLToPath(new URL('reporting-program.mjs', import.meta.url));
const ENTRY = fileURLToPath(new URL('../../../dist/wrap/create-reporter.js', import.meta.url));

const RUN_MS_MAX = 40;
const TOGETHER_MAX = 2;
const FLUSHES_MAX = 20;
const FLUSH_AGAIN_MS = 100;
/** How far the clocks of two processes of one machine may seem apart. */
const CLOCK_MS = 1_000;
const DURATION_MS_MAX = 120_000;

interface Message {
  readonly number: number;
}

interface Flushed {
  readonly isEmpty: boolean;
  readonly stats: Readonly<Record<string, number>>;
}

export interface WrappedProgramOptions {
  readonly name: string;
  readonly url: string;
  readonly seed: number;
  readonly spoolDir: string;
}

export class WrappedProgram implements Shipper {
  readonly name: string;
  readonly produced: ProducedRun[] = [];
  /** What is in memory or on disk is not told apart from what was acknowledged. */
  readonly complete: readonly ProducedRun[] = [];
  readonly #options: WrappedProgramOptions;
  readonly #draw: Draw;
  #program: Program;
  #underWay = 0;
  #isEnding = false;
  #restarting: Promise<void> | undefined;
  #running: Promise<unknown> | undefined;

  constructor(options: WrappedProgramOptions) {
    this.name = options.name;
    this.#options = options;
    this.#draw = seededDraw(options.seed);
    this.#program = this.#start();
  }

  run(): Promise<unknown> {
    this.#running ??= Promise.all(Array.from({ length: TOGETHER_MAX }, () => this.#doRuns()));
    return this.#running;
  }

  async flush(): Promise<void> {
    this.#isEnding = true;
    await this.#running;
    for (let attempt = 0; attempt < FLUSHES_MAX; attempt++) {
      const { isEmpty, stats } = (await this.#program.ask({ kind: 'flush' })) as unknown as Flushed;
      if ((stats['rejected'] ?? 0) + (stats['dropped'] ?? 0) + (stats['faults'] ?? 0) > 0) {
        throw new Error(`${this.name}: the reporter gave runs up: ${JSON.stringify(stats)}`);
      }
      if (isEmpty) {
        return;
      }
      await wait(FLUSH_AGAIN_MS);
    }
    throw new Error(`${this.name}: the reporter does not get rid of what it has on disk`);
  }

  /** Between two runs: one under way would have no end. */
  async restart(): Promise<void> {
    this.#restarting = this.#endAndStart();
    await this.#restarting;
  }

  async stop(): Promise<void> {
    this.#isEnding = true;
    await this.#program.kill();
  }

  async #endAndStart(): Promise<void> {
    while (this.#underWay > 0) {
      await wait(2);
    }
    await this.#program.end();
    this.#program = this.#start();
    this.#restarting = undefined;
  }

  #start(): Program {
    const { name: functionName, url, spoolDir } = this.#options;
    return new Program({
      ...{ ...testKey, url, functionName, spoolDir, reportStarts: true, lingerMs: 20 },
    });
  }

  async #doRuns(): Promise<void> {
    while (!this.#isEnding) {
      await this.#restarting;
      await this.#doRun();
      await wait(this.#draw() * RUN_MS_MAX);
    }
  }

  async #doRun(): Promise<void> {
    const draw = this.#draw;
    const requestId = drawUuid(draw);
    const lines = Array.from({ length: below(draw, 4) }, (_, at) => drawLine(draw, at));
    const run = { requestId, lines, fails: draw() < 0.2, ms: below(draw, 10) };
    this.#underWay += 1;
    const beganMs = Date.now();
    const ran = await this.#program.ask({ kind: 'run', ...run });
    this.#underWay -= 1;
    if (ran !== undefined) {
      this.produced.push(this.#runOf({ ...run, beganMs, endedMs: Date.now() }));
    }
  }

  #runOf(done: {
    readonly requestId: string;
    readonly lines: readonly string[];
    readonly fails: boolean;
    readonly beganMs: number;
    readonly endedMs: number;
  }): ProducedRun {
    const { requestId, lines, fails, beganMs, endedMs } = done;
    const [from, to] = [beganMs - CLOCK_MS, endedMs + CLOCK_MS].map((ms) => rfc3339(ms * 1_000));
    const retMsg = fails ? `${lines.length} lines and no more` : `{"lines":${lines.length}}`;
    const record = {
      ...{ namespace: 'default', functionName: this.name, qualifier: '$LATEST', requestId },
      retryNum: 0,
      startTime: new Within(from ?? '', to ?? ''),
      duration: new Within(0, DURATION_MS_MAX),
      billDuration: new Within(0, DURATION_MS_MAX),
      memUsage: new Within(1, Number.MAX_SAFE_INTEGER),
      memoryLimit: 0,
      initDuration: new Within(0, DURATION_MS_MAX, true),
      ...{ retCode: fails ? 1 : 0, statusCode: fails ? 430 : 200, invokeFinished: 1, retMsg },
      log: lines.map((line) => `${line}\n`).join(''),
      ...{ traceId: '', source: 'fnlog/wrap' },
    };
    return { functionName: this.name, requestId, record };
  }
}

/** The process; what it is asked it answers with a message of the same number. */
class Program {
  readonly #child: ChildProcess;
  readonly #exited: Promise<undefined>;
  readonly #asked = new Map<number, (answer: Message) => void>();
  #lastNumber = 0;

  constructor(options: object) {
    const child = spawn(process.execPath, [PROGRAM, ENTRY, JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const killAtExit = () => child.kill('SIGKILL');
    process.on('exit', killAtExit);
    this.#exited = new Promise((resolve) => {
      child.once('exit', () => {
        process.off('exit', killAtExit);
        resolve(undefined);
      });
    });
    child.on('message', (answer: Message) => {
      const { number } = answer;
      this.#asked.get(number)?.(answer);
      this.#asked.delete(number);
    });
    this.#child = child;
  }

  /** @returns undefined where the process is gone before it answers */
  async ask(message: object): Promise<Message | undefined> {
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    const answered = new Promise<Message>((resolve) => {
      this.#asked.set(number, resolve);
    });
    // A process that is gone takes nothing: that shows in its exit.
    this.#child.send({ number, ...message }, () => undefined);
    return await Promise.race([answered, this.#exited]);
  }

  async end(): Promise<void> {
    await this.ask({ kind: 'end' });
    await this.#exited;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}
