// The gate of every question: a slot, a deadline, then the store.

import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import type { FunctionPage, FunctionQuery } from '../domain/function-query.ts';
import type { Invocation } from '../domain/invocation.ts';
import type { InvocationPage } from '../domain/invocation-page.ts';
import type { InvocationQuery } from '../domain/invocation-query.ts';
import { isLost, type LostRule } from '../domain/lost-run.ts';
import type { NamespacePage, NamespaceQuery } from '../domain/namespace-query.ts';
import type {
  InvocationReader,
  LatestRun,
  LatestRunsQuery,
  ReadOptions,
  RunIdentity,
  StartRange,
} from '../domain/ports.ts';

export interface QueryServiceOptions {
  readonly reader: InvocationReader;
  /** Questions that the store works on at the same time. */
  readonly slotCount: number;
  /** Questions that wait for a slot; over it they are refused. */
  readonly waitingMax: number;
  readonly deadlineMs: number;
  readonly clock: Clock;
  /** When a run that never ended counts as lost. */
  readonly lostRuns: Omit<LostRule, 'nowMs'>;
}

/** Every question throws AppError overloaded where too many wait, and what its reader throws. */
export class QueryService {
  readonly #options: QueryServiceOptions;
  readonly #waiting: (() => void)[] = [];
  #slotsTaken = 0;

  constructor(options: QueryServiceOptions) {
    this.#options = options;
  }

  /**
   * One page of invocations, as InvocationReader.page says, with its lost runs marked. The clock is
   * read once, so the total, the rows and the marks are about the same moment.
   */
  page(query: InvocationQuery): Promise<InvocationPage> {
    return this.#ask(async (reader, options) => {
      const { clock, lostRuns } = this.#options;
      const lostRule = { ...lostRuns, nowMs: clock.now() };
      return withLostRuns(await reader.page(query, { ...options, lostRule }), lostRule);
    });
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

  /** What ingest joins fragments to, as InvocationReader.recordsToJoin says. */
  recordsToJoin(runs: readonly RunIdentity[], range: StartRange): Promise<readonly Invocation[]> {
    return this.#ask((reader, options) => reader.recordsToJoin(runs, range, options));
  }

  /** The newest runs of a function, as InvocationReader.latestRuns says. */
  latestRuns(query: LatestRunsQuery): Promise<readonly LatestRun[]> {
    return this.#ask((reader, options) => reader.latestRuns(query, options));
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

function withLostRuns(page: InvocationPage, rule: LostRule): InvocationPage {
  if (!page.invocations.some((invocation) => isLost(invocation, rule))) {
    return page;
  }
  const invocations = page.invocations.map((invocation) =>
    isLost(invocation, rule) ? { ...invocation, lost: true as const } : invocation,
  );
  return { ...page, invocations };
}
