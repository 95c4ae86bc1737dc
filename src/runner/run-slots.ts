// How many runs go on at once, and how many may wait for their turn. First come, first served.

import { AppError } from '../domain/errors.ts';

interface Waiting {
  readonly begin: () => void;
  readonly refuse: (error: AppError) => void;
}

export interface RunSlotsOptions {
  readonly runningMax: number;
  readonly waitingMax: number;
}

export class RunSlots {
  readonly #runningMax: number;
  readonly #waitingMax: number;
  #waiting: Waiting[] = [];
  #running = 0;
  #isClosed = false;

  constructor({ runningMax, waitingMax }: RunSlotsOptions) {
    this.#runningMax = runningMax;
    this.#waitingMax = waitingMax;
  }

  /**
   * Resolves when a run may begin. Each call that resolves needs one `release`.
   *
   * @throws AppError overloaded: too many wait, or `close` was called
   */
  async acquire(): Promise<void> {
    if (this.#isClosed) {
      throw closedError();
    }
    if (this.#running < this.#runningMax) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#waitingMax) {
      throw new AppError(
        'overloaded',
        `${this.#running} runs go on and ${this.#waiting.length} wait; accepted: at most ` +
          `${this.#waitingMax} that wait; try again later`,
      );
    }
    await new Promise<void>((begin, refuse) => {
      this.#waiting.push({ begin, refuse });
    });
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#running -= 1;
    } else {
      next.begin();
    }
  }

  /** Refuses those that wait and all that come. */
  close(): void {
    this.#isClosed = true;
    for (const { refuse } of this.#waiting) {
      refuse(closedError());
    }
    this.#waiting = [];
  }
}

function closedError(): AppError {
  return new AppError('overloaded', 'the runner of local functions was stopped');
}
