// The gate of every question: a slot, a deadline, then the store.

import { AppError } from '../domain/errors.ts';
import type { InvocationPage } from '../domain/invocation-page.ts';
import type { InvocationQuery } from '../domain/invocation-query.ts';
import type { InvocationReader } from '../domain/ports.ts';

export interface QueryServiceOptions {
  readonly reader: InvocationReader;
  /** Questions that the store works on at the same time. */
  readonly slotCount: number;
  /** Questions that wait for a slot; over it they are refused. */
  readonly waitingMax: number;
  readonly deadlineMs: number;
}

export class QueryService {
  readonly #options: QueryServiceOptions;
  readonly #waiting: (() => void)[] = [];
  #slotsTaken = 0;

  constructor(options: QueryServiceOptions) {
    this.#options = options;
  }

  /**
   * @throws AppError overloaded where too many questions wait; query_timeout, page_too_large,
   *   store_unavailable
   */
  async page(query: InvocationQuery): Promise<InvocationPage> {
    const { reader, deadlineMs } = this.#options;
    await this.#takeSlot();
    try {
      return await reader.page(query, { deadlineMs });
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
