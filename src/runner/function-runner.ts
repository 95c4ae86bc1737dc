// Runs local functions by SCF's contract, each run in a worker process, and gives the record of
// each. Stores nothing: what becomes of a record is the caller's matter.

import { randomUUID } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import type { Invocation } from '../domain/invocation.ts';
import { buildRunInvocation } from './build-run-invocation.ts';
import { buildContext } from './function-environment.ts';
import type { Runtime } from './function-settings.ts';
import type { LocalFunction } from './local-function.ts';
import { RunLog } from './run-log.ts';
import { RunSlots } from './run-slots.ts';
import { type Availability, checkRuntime } from './runtime-command.ts';
import { sourceStamp } from './source-stamp.ts';
import { WorkerPool } from './worker-pool.ts';
import type { WorkerReply } from './worker-process.ts';
import { PAYLOAD_BYTES_MAX } from './worker-protocol.ts';

const WORKERS_MAX_DEFAULT = 8;
const WAITING_MAX_DEFAULT = 1000;
const IDLE_MS_DEFAULT = 60_000;
const INIT_LIMIT_MS_DEFAULT = 10_000;

export interface FunctionRunnerOptions {
  readonly clock: Clock;
  /** Worker processes at once, the idle ones too; 8. */
  readonly workersMax?: number;
  /** Runs that wait for a worker; 1,000. */
  readonly waitingMax?: number;
  /** An idle worker is ended after this long; one minute. */
  readonly idleMs?: number;
  /** The start of a worker and the load of its code may take this long; 10 seconds. */
  readonly initLimitMs?: number;
}

export interface InvokeOptions {
  /** A fresh UUID where none is given. */
  readonly requestId?: string;
}

interface Run {
  readonly fn: LocalFunction;
  /** JSON. */
  readonly event: string;
  readonly requestId: string;
}

export class FunctionRunner {
  readonly #clock: Clock;
  readonly #initLimitMs: number;
  readonly #slots: RunSlots;
  readonly #pool: WorkerPool;
  readonly #runtimes = new Map<Runtime, Promise<Availability>>();
  #isClosed = false;

  constructor(options: FunctionRunnerOptions) {
    const workersMax = options.workersMax ?? WORKERS_MAX_DEFAULT;
    const waitingMax = options.waitingMax ?? WAITING_MAX_DEFAULT;
    this.#clock = options.clock;
    this.#initLimitMs = options.initLimitMs ?? INIT_LIMIT_MS_DEFAULT;
    this.#slots = new RunSlots({ runningMax: workersMax, waitingMax });
    this.#pool = new WorkerPool({ workersMax, idleMs: options.idleMs ?? IDLE_MS_DEFAULT });
  }

  /**
   * Runs a function once. However the run ends, that is a record and no error.
   *
   * @param event any JSON value
   * @throws AppError invalid_parameter, body_too_large: the event is not accepted. not_found: the
   *   runtime is not on this machine. overloaded: too many runs wait, or the runner was closed
   */
  async invoke(
    fn: LocalFunction,
    event: unknown,
    { requestId = randomUUID() }: InvokeOptions = {},
  ): Promise<Invocation> {
    const encoded = encodeEvent(event);
    const runtime = await this.available(fn);
    if (!runtime.available) {
      throw new AppError('not_found', `function "${fn.name}" cannot run: ${runtime.reason}`);
    }
    await this.#slots.acquire();
    try {
      return await this.#run({ fn, event: encoded, requestId });
    } finally {
      this.#slots.release();
    }
  }

  /** Whether this machine has what the function needs to run. Looked up once. */
  available(fn: LocalFunction): Promise<Availability> {
    const known = this.#runtimes.get(fn.runtime) ?? checkRuntime(fn.runtime);
    this.#runtimes.set(fn.runtime, known);
    return known;
  }

  /** Ends all workers. Runs that go on become records with retCode 3. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#slots.close();
    await this.#pool.close();
  }

  async #run({ fn, event, requestId }: Run): Promise<Invocation> {
    const startTimeUs = Math.round(this.#clock.now() * 1000);
    const key = JSON.stringify([fn, await sourceStamp(fn.dir)]);
    for (;;) {
      if (this.#isClosed) {
        throw new AppError('overloaded', 'the runner of local functions was stopped');
      }
      const begin = performance.now();
      const { worker, isWarm } = this.#pool.take(key, fn);
      const log = new RunLog();
      let initDurationUs: number | null = null;
      let reply: WorkerReply | undefined;
      if (!isWarm) {
        const loaded = await worker.load(this.#initLimitMs, log);
        initDurationUs = Math.round((performance.now() - begin) * 1000);
        reply = loaded.outcome.ok ? undefined : { ...loaded, durationUs: 0 };
      }
      reply ??= await worker.run(event, buildContext(fn, requestId), log);
      await this.#pool.giveBack(key, worker);
      // A warm worker can end just when it is taken; this run has not met it, and begins anew.
      if (!isWarm || reply.hasBegun || this.#isClosed) {
        return buildRunInvocation({ fn, requestId, startTimeUs, initDurationUs, log, ...reply });
      }
    }
  }
}

function encodeEvent(event: unknown): string {
  let json: string | undefined;
  try {
    json = event === undefined ? 'null' : JSON.stringify(event);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('invalid_parameter', `event: ${reason}; accepted: any JSON value`, {
      cause,
    });
  }
  if (json === undefined) {
    throw new AppError(
      'invalid_parameter',
      `event: a ${typeof event} is not accepted; accepted: any JSON value`,
    );
  }
  const bytes = Buffer.byteLength(json);
  if (bytes > PAYLOAD_BYTES_MAX) {
    throw new AppError(
      'body_too_large',
      `event: ${bytes} bytes of JSON are not accepted; accepted: at most ${PAYLOAD_BYTES_MAX}`,
    );
  }
  return json;
}
