// The gate of every question: a slot, a deadline, then the store.

import { AppError } from '../domain/errors.ts';
import type { FunctionPage, FunctionQuery } from '../domain/function-query.ts';
import type { InvocationPage } from '../domain/invocation-page.ts';
import type { InvocationQuery } from '../domain/invocation-query.ts';
import type { NamespacePage, NamespaceQuery } from '../domain/namespace-query.ts';
import type { InvocationReader, ReadOptions } from '../domain/ports.ts';

export interface QueryServiceOptions {
  readonly reader: InvocationReader;
  /** Questions that the store works on at the same time. */
  readonly slotCount: number;
  /** Questions that wait for a slot; over it they are refused. */
  readonly waitingMax: number;
  readonly deadlineMs: number;
}

/** Every question throws AppError overloaded where too many wait, and what its reader throws. */
export class QueryService {
  readonly #options: QueryServiceOptions;
  readonly #waiting: (() => void)[] = [];
  #slotsTaken = 0;

  constructor(options: QueryServiceOptions) {
    this.#options = options;
  }

  /** One page of invocations, as InvocationReader.page says. */
  page(query: InvocationQuery): Promise<InvocationPage> {
    return this.#ask((reader, options) => reader.page(query, options));
  }

  /** Functions that the store has records of, as InvocationReader.functions says. */
  functions(query: FunctionQuery): Promise<FunctionPage> {
    return this.#ask((reader, options) => reader.functions(query, options));
  }

  /** Namespaces that the store has records of, as InvocationReader.namespaces says. */
  namespaces(query: NamespaceQuery): Promise<NamespacePage> {
    return this.#ask((reader, options) => reader.namespaces(query, options));
  }

  /** Where a request id has records, as InvocationReader.namespacesOfRequest says. */
  namespacesOfRequest(requestId: string): Promise<readonly string[]> {
    return this.#ask((reader, options) => reader.namespacesOfRequest(requestId, options));
  }

  async #ask<Answer>(
    question: (reader: InvocationReader, options: ReadOptions) => Promise<Answer>,
  ): Promise<Answer> {
    const { reader, deadlineMs } = this.#options;
    await this.#takeSlot();
    try {
      return await question(reader, { deadlineMs });
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
