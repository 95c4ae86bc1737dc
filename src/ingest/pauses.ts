// Long work on the event loop in slices, so that other callers are served in between.

import { setImmediate } from 'node:timers/promises';

const SLICE_MS = 20;

export class Pauses {
  #dueAt = performance.now() + SLICE_MS;

  /** Whether the slice is over. */
  get isDue(): boolean {
    return performance.now() > this.#dueAt;
  }

  async pause(): Promise<void> {
    await setImmediate();
    this.#dueAt = performance.now() + SLICE_MS;
  }

  /** To be asked after each small piece of work; pauses where the slice is over. */
  async ifDue(): Promise<void> {
    if (this.isDue) {
      await this.pause();
    }
  }
}
