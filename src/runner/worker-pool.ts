// Keeps the worker processes: which are idle and for what, and when one has to go. How a worker
// does its work is no matter here.

import type { LocalFunction } from './local-function.ts';
import { WorkerGuard } from './worker-guard.ts';
import { WorkerProcess } from './worker-process.ts';

interface Idle {
  readonly key: string;
  readonly worker: WorkerProcess;
  readonly timer: NodeJS.Timeout;
}

export interface Lease {
  readonly worker: WorkerProcess;
  /** It has its function loaded already. */
  readonly isWarm: boolean;
}

export interface WorkerPoolOptions {
  /** Idle and busy ones together. */
  readonly workersMax: number;
  readonly idleMs: number;
}

export class WorkerPool {
  readonly #workersMax: number;
  readonly #idleMs: number;
  readonly #guard = new WorkerGuard();
  readonly #live = new Set<WorkerProcess>();
  /** The one that was used last stands at the end. */
  #idle: Idle[] = [];

  constructor({ workersMax, idleMs }: WorkerPoolOptions) {
    this.#workersMax = workersMax;
    this.#idleMs = idleMs;
  }

  /**
   * A worker for one run: a warm one with the same key, or a new one.
   *
   * @param key equal for equal code and settings
   */
  take(key: string, fn: LocalFunction): Lease {
    const warm = this.#idle.findLast((idle) => idle.key === key && idle.worker.isUsable);
    if (warm !== undefined) {
      this.#forget(warm);
      return { worker: warm.worker, isWarm: true };
    }
    const oldest = this.#idle[0];
    if (oldest !== undefined && this.#live.size >= this.#workersMax) {
      this.#retire(oldest);
    }
    const worker = new WorkerProcess(fn, this.#guard);
    this.#live.add(worker);
    worker.onClosed(() => {
      this.#live.delete(worker);
      const idle = this.#idle.find((entry) => entry.worker === worker);
      if (idle !== undefined) {
        this.#forget(idle);
      }
    });
    return { worker, isWarm: false };
  }

  /** After a run. A worker that cannot be used again is ended. */
  async giveBack(key: string, worker: WorkerProcess): Promise<void> {
    if (!worker.isUsable) {
      await worker.kill();
      return;
    }
    const timer = setTimeout(() => this.#retire(idle), this.#idleMs).unref();
    const idle = { key, worker, timer };
    this.#idle.push(idle);
  }

  /** Ends every worker, the busy ones too. Nothing is left when it returns. */
  async close(): Promise<void> {
    for (const idle of [...this.#idle]) {
      this.#forget(idle);
    }
    await Promise.all([...this.#live].map((worker) => worker.kill()));
    await this.#guard.close();
  }

  #retire(idle: Idle): void {
    this.#forget(idle);
    void idle.worker.kill();
  }

  #forget(gone: Idle): void {
    clearTimeout(gone.timer);
    this.#idle = this.#idle.filter((idle) => idle !== gone);
  }
}
