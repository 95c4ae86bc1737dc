// Questions about single records, functions and namespaces, each through the gate.

import type { Clock } from '../domain/clock.ts';
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
  PageOptions,
  ReadOptions,
  RunIdentity,
  StartRange,
} from '../domain/ports.ts';
import type { Asker, Gate } from './gate.ts';

/** What is taken in does not depend on what a question may read. */
const ingest: Asker = { mayReadAll: true };

export interface QueryServiceOptions {
  readonly reader: InvocationReader;
  readonly gate: Gate;
  readonly clock: Clock;
  /** When a run that never ended counts as lost. */
  readonly lostRuns: Omit<LostRule, 'nowMs'>;
}

/**
 * Every question throws what the gate throws, and what its reader throws. Without an asker it is the
 * program's own.
 */
export class QueryService {
  readonly #options: QueryServiceOptions;

  constructor(options: QueryServiceOptions) {
    this.#options = options;
  }

  /**
   * One page of invocations, as InvocationReader.page says, with its lost runs marked. The clock is
   * read once, so the total, the rows and the marks are about the same moment.
   *
   * @param wanted what the answer is to have besides
   */
  page(
    query: InvocationQuery,
    asker?: Asker,
    wanted: Pick<PageOptions, 'withNext' | 'withRank' | 'withCompleteness'> = {},
  ): Promise<InvocationPage> {
    return this.#ask(asker, async (reader, options) => {
      const { clock, lostRuns } = this.#options;
      const lostRule = { ...lostRuns, nowMs: clock.now() };
      return withLostRuns(await reader.page(query, { ...options, ...wanted, lostRule }), lostRule);
    });
  }

  /** Functions that the store has records of, as InvocationReader.functions says. */
  functions(query: FunctionQuery, asker?: Asker): Promise<FunctionPage> {
    return this.#ask(asker, (reader, options) => reader.functions(query, options));
  }

  /** Namespaces that the store has records of, as InvocationReader.namespaces says. */
  namespaces(query: NamespaceQuery, asker?: Asker): Promise<NamespacePage> {
    return this.#ask(asker, (reader, options) => reader.namespaces(query, options));
  }

  /** Where a request id has records, as InvocationReader.namespacesOfRequest says. */
  namespacesOfRequest(requestId: string, asker?: Asker): Promise<readonly string[]> {
    return this.#ask(asker, (reader, options) => reader.namespacesOfRequest(requestId, options));
  }

  /** What ingest joins fragments to, as InvocationReader.recordsToJoin says. */
  recordsToJoin(runs: readonly RunIdentity[], range: StartRange): Promise<readonly Invocation[]> {
    return this.#ask(ingest, (reader, options) => reader.recordsToJoin(runs, range, options));
  }

  /** The newest runs of a function, as InvocationReader.latestRuns says. */
  latestRuns(query: LatestRunsQuery): Promise<readonly LatestRun[]> {
    return this.#ask(ingest, (reader, options) => reader.latestRuns(query, options));
  }

  #ask<Answer>(
    asker: Asker | undefined,
    question: (reader: InvocationReader, options: ReadOptions) => Promise<Answer>,
  ): Promise<Answer> {
    const { gate, reader } = this.#options;
    return gate.pass((options) => question(reader, options), asker);
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
