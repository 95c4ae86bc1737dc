// The records of runs. What happens while a handler runs is kept short; a record is put together and
// written as JSON in a later turn of the loop.

import { AsyncResource } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { CapturedLog } from './captured-log.ts';
import type { ConsoleCapture } from './console-capture.ts';
import type { RunFacts } from './platform-facts.ts';
import type { Settings } from './reporter-options.ts';
import type { ReporterStats } from './reporter-stats.ts';
import { fieldsOfOutcome, type RunOutcome } from './run-outcome.ts';
import { SeenRequests } from './seen-requests.ts';
import { WallClock } from './wall-clock.ts';

/** A run that has begun. */
export interface Run {
  readonly facts: RunFacts;
  readonly requestId: string;
  /** Undefined until the function's name is known. */
  retryNum: number | undefined;
  readonly startTimeUs: number;
  readonly startedMs: number;
  /** Start-up of the process, for its first run. */
  readonly initDurationMs: number | undefined;
  readonly log: CapturedLog | undefined;
  isOver: boolean;
}

interface EndedRun {
  readonly run: Run;
  readonly functionName: string;
  readonly outcome: RunOutcome;
  readonly durationMs: number;
}

export interface RecorderOptions {
  readonly settings: Settings;
  readonly stats: ReporterStats;
  /** None where lines are not captured. */
  readonly capture: ConsoleCapture | undefined;
  /** Takes a record as JSON. */
  readonly push: (line: string) => void;
}

const NAME_CHARACTERS_MAX = 256;
const REQUESTS_REMEMBERED = 10_000;
/** A program that goes on for longer before its first run does not start up all that time. */
const INIT_MS_MAX = 10 * 60 * 1000;
/** Results are held until they are written: so many at most. */
const UNWRITTEN_MAX = 1_000;
const RET_CODE_RUNNING = 2;
const SOURCE = 'fnlog/wrap';

export class RunRecorder {
  readonly #options: RecorderOptions;
  readonly #clock = new WallClock();
  readonly #seen = new SeenRequests(REQUESTS_REMEMBERED);
  readonly #scope = new AsyncResource('FnlogRecorder');
  #ended: EndedRun[] = [];
  #isWriting = false;
  #loadedMs: number | undefined;
  #isWarm = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** The process has loaded its code at the end of this turn of the loop; for `initDuration`. */
  noteLoaded(): void {
    if (this.#loadedMs === undefined) {
      this.#loadedMs = performance.now();
      setImmediate(() => {
        this.#loadedMs = this.#isWarm ? this.#loadedMs : performance.now();
      }).unref();
    }
  }

  /**
   * @param readFacts reads what is known of the run; may throw
   * @param isHandler whether the process was started for runs like this one
   * @returns undefined where anything went wrong: then the run is not reported, and that is all
   */
  begin(readFacts: () => RunFacts, isHandler: boolean): Run | undefined {
    try {
      const facts = readFacts();
      const { settings, capture } = this.#options;
      const run: Run = {
        facts,
        requestId: facts.requestId?.slice(0, NAME_CHARACTERS_MAX) ?? randomUUID(),
        retryNum: facts.retryNum,
        initDurationMs: isHandler ? this.#initDurationMs() : undefined,
        log: capture === undefined ? undefined : new CapturedLog(settings.logBytesMax),
        isOver: false,
        startTimeUs: this.#clock.nowUs(),
        startedMs: performance.now(),
      };
      if (facts.functionName !== undefined) {
        this.#countRetry(run, facts.functionName);
        if (settings.reportStarts) {
          this.#options.push(this.#startLine(run, facts.functionName));
        }
      }
      return run;
    } catch {
      this.#options.stats.faults += 1;
      return undefined;
    }
  }

  /** Takes a step of ours that must not fail a run. */
  attempt(step: () => void): void {
    try {
      step();
    } catch {
      this.#options.stats.faults += 1;
    }
  }

  /** Runs `code` so that the lines which it writes belong to the run. */
  within<Result>(run: Run, code: () => Result): Result {
    const { capture } = this.#options;
    return capture === undefined || run.log === undefined ? code() : capture.run(run.log, code);
  }

  /** Ends a run; the first end counts. Never throws. */
  end(run: Run, outcome: RunOutcome, functionName = run.facts.functionName ?? ''): void {
    if (run.isOver) {
      return;
    }
    const durationMs = performance.now() - run.startedMs;
    run.isOver = true;
    run.log?.close();
    this.attempt(() => {
      this.#countRetry(run, functionName);
      this.#ended.push({ run, functionName, outcome, durationMs });
      this.#options.stats.runs += 1;
      if (this.#ended.length >= UNWRITTEN_MAX) {
        this.writeEnded();
      } else if (!this.#isWriting) {
        this.#isWriting = true;
        this.#scope.runInAsyncScope(() => setImmediate(() => this.writeEnded()).unref());
      }
    });
  }

  /** Puts the records of ended runs together, now. */
  writeEnded(): void {
    this.#isWriting = false;
    const ended = this.#ended;
    this.#ended = [];
    if (ended.length === 0) {
      return;
    }
    let memUsage = 0;
    // Takes longer than all that is done while a handler runs, and fails without a file descriptor.
    this.attempt(() => {
      memUsage = process.memoryUsage.rss();
    });
    for (const run of ended) {
      this.attempt(() => this.#options.push(this.#lineOf(run, memUsage)));
    }
  }

  get unwritten(): number {
    return this.#ended.length;
  }

  /** A request id of our own making is new for certain. */
  #countRetry(run: Run, functionName: string): void {
    run.retryNum ??=
      run.facts.requestId === undefined ? 0 : this.#seen.next(functionName, run.requestId);
  }

  #initDurationMs(): number | undefined {
    if (this.#isWarm) {
      return undefined;
    }
    this.#isWarm = true;
    const ms = this.#loadedMs ?? performance.now();
    return ms <= INIT_MS_MAX ? ms : undefined;
  }

  #startLine(run: Run, functionName: string): string {
    return JSON.stringify({
      ...this.#identityOf(run, functionName),
      retCode: RET_CODE_RUNNING,
      invokeFinished: 0,
      source: SOURCE,
    });
  }

  #lineOf({ run, functionName, outcome, durationMs }: EndedRun, memUsage: number): string {
    const { resultBytesMax } = this.#options.settings;
    const { stack, ...fields } = fieldsOfOutcome(outcome, resultBytesMax);
    const cutBytes = run.log?.cutBytes ?? 0;
    return JSON.stringify({
      ...this.#identityOf(run, functionName),
      duration: rounded(durationMs),
      initDuration: run.initDurationMs === undefined ? undefined : rounded(run.initDurationMs),
      memUsage,
      ...fields,
      invokeFinished: 1,
      log: `${run.log?.text ?? ''}${stack}`,
      logCutBytes: cutBytes > 0 ? cutBytes : undefined,
      source: SOURCE,
      droppedSoFar: this.#options.stats.dropped || undefined,
    });
  }

  #identityOf(run: Run, functionName: string): Record<string, unknown> {
    const { settings } = this.#options;
    const { facts } = run;
    return {
      namespace: settings.namespace ?? facts.namespace,
      functionName: functionName.slice(0, NAME_CHARACTERS_MAX) || 'unnamed',
      qualifier: settings.qualifier ?? facts.qualifier,
      requestId: run.requestId,
      retryNum: run.retryNum,
      // Milliseconds with a fraction; the server rounds them to the microsecond that they came from.
      startTime: run.startTimeUs / 1_000,
      memoryLimit: facts.memoryLimitBytes,
      timeLimit: facts.timeLimitMs,
    };
  }
}

/** To the microsecond. */
function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
