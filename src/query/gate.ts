// The gate of every question: a slot, a deadline, then the store.

import { AppError } from '../domain/errors.ts';
import type { ReadOptions } from '../domain/ports.ts';

export interface GateOptions {
  /** Questions that the store works on at the same time. */
  readonly slotCount: number;
  /** Questions that wait for a slot; over it they are refused. */
  readonly waitingMax: number;
  readonly deadlineMs: number;
}

export class Gate {
  readonly #options: GateOptions;
  readonly #waiting: (() => void)[] = [];
  #slotsTaken = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * Asks as soon as a slot is free.
   *
   * @param question told how long it may take
   * @returns what the question answers
   * @throws AppError overloaded where too many wait, and what the question throws
   */
  async pass<Answer>(question: (options: ReadOptions) => Promise<Answer>): Promise<Answer> {
    const { deadlineMs } = this.#options;
    await this.#takeSlot();
    try {
      return await question({ deadlineMs });
    } finally {
      this.#freeSlot();
    }
  }

  async #takeSlot(): Promise<void> {
    const { slotCount, waitingMax } = this.#options;
    if (this.#slotsTaken < slotCount) {
      this.#slotsTaken += 1;
      return;
    }
    if (this.#waiting.length >= waitingMax) {
      throw new AppError(
        'overloaded',
        `${waitingMax} questions wait already; ask again in a moment`,
        { details: { waitingMax } },
      );
    }
    // The slot is handed over, so the count stays as it is.
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #freeSlot(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#slotsTaken -= 1;
    } else {
      next();
    }
  }
}
