// Every read at one mark, however many statements it takes: they answer about the same moment.

import type { ClickHouseClient } from '@clickhouse/client';
import type { FunctionPage, FunctionQuery } from '../../domain/function-query.ts';
import type { Invocation } from '../../domain/invocation.ts';
import type { InvocationPage } from '../../domain/invocation-page.ts';
import type { InvocationQuery } from '../../domain/invocation-query.ts';
import type { NamespacePage, NamespaceQuery } from '../../domain/namespace-query.ts';
import { orderKeyOf, type PagePosition } from '../../domain/page-position.ts';
import type {
  InvocationReader,
  LatestRun,
  LatestRunsQuery,
  PageOptions,
  ReadOptions,
  RunIdentity,
  StartRange,
} from '../../domain/ports.ts';
import type { CommitMark } from './commit-mark.ts';
import type { CompletenessCounter } from './completeness-counter.ts';
import type { MatchTally } from './match-tally.ts';
import { choosePageSource } from './page-source.ts';
import type { ReadMoment } from './projections.ts';
import type { RowPosition } from './queries/at-positions.ts';
import type { CountOptions } from './queries/count-matches.ts';
import { findFunctions } from './queries/find-functions.ts';
import { findJoinable } from './queries/find-joinable.ts';
import { findLatestRuns } from './queries/find-latest-runs.ts';
import { findNamespaces } from './queries/find-namespaces.ts';
import { findNamespacesOfRequest } from './queries/find-namespaces-of-request.ts';
import { findPagePositions } from './queries/find-page-positions.ts';
import type { StoreQuery } from './queries/match-conditions.ts';
import { readFactsAt } from './queries/read-facts-at.ts';
import { readRowsAt } from './queries/read-rows-at.ts';
import type { ReaderPool } from './reader-pool.ts';
import { isOfOneRequest, readRequestPage } from './request-page.ts';
import { RowCache } from './row-cache.ts';
import { withMedians, withRanks } from './run-ranks.ts';
import type { Settling } from './settling.ts';
import type { TotalCounter } from './total-counter.ts';

/** Some ten thousand usual records. */
const ROW_CACHE_BYTES = 16 * 1024 * 1024;

export interface ReaderOptions {
  readonly readers: ReaderPool;
  readonly mark: CommitMark;
  readonly settling: Settling;
  readonly tally: MatchTally;
  readonly totals: TotalCounter;
  readonly completeness: CompletenessCounter;
  /** The rows of one page together. */
  readonly pageBytesMax: number;
}

export class ClickHouseInvocationReader implements InvocationReader {
  readonly #readers: ReaderPool;
  readonly #mark: CommitMark;
  readonly #settling: Settling;
  readonly #tally: MatchTally;
  readonly #totals: TotalCounter;
  readonly #completeness: CompletenessCounter;
  readonly #pageBytesMax: number;
  readonly #rows = new RowCache({ bytesMax: ROW_CACHE_BYTES });

  constructor(options: ReaderOptions) {
    this.#readers = options.readers;
    this.#mark = options.mark;
    this.#settling = options.settling;
    this.#tally = options.tally;
    this.#totals = options.totals;
    this.#completeness = options.completeness;
    this.#pageBytesMax = options.pageBytesMax;
  }

  /** One request has a way of its own; else the total and the positions side by side, then the rows. */
  async page(query: InvocationQuery, options: PageOptions): Promise<InvocationPage> {
    const mark = Math.min(query.asOf ?? this.#mark.seq, this.#mark.seq);
    const at = { ...options, mark, settledTo: this.#settling.settledTo };
    const counting =
      options.withCompleteness === true ? this.#completeness.count(query, at) : undefined;
    const reading = this.#pageAt(query, at);
    // Where one of them fails, the question has its slot until the other has ended as well.
    await Promise.allSettled([counting, reading]);
    const completeness = await counting;
    return { ...(await reading), ...(completeness === undefined ? {} : { completeness }) };
  }

  async #pageAt(query: InvocationQuery, at: CountOptions & PageOptions): Promise<InvocationPage> {
    const page =
      (isOfOneRequest(query) ? await this.#requestPage(query, at) : undefined) ??
      (await this.#page(await withMedians(this.#readers, query, at), at));
    return at.withRank === true ? await this.#ranked(page, query, at) : page;
  }

  async #ranked(
    page: InvocationPage,
    { namespace }: InvocationQuery,
    at: CountOptions,
  ): Promise<InvocationPage> {
    const invocations = await this.#readers.use((client) =>
      withRanks(client, page.invocations, namespace, at),
    );
    return { ...page, invocations };
  }

  async #page(query: StoreQuery, at: CountOptions): Promise<InvocationPage> {
    const { mark } = at;
    const counted = this.#totals.count(query, at);
    // Known at once, or still to be counted.
    const known = typeof counted === 'number' ? counted : undefined;
    if (query.limit === 0 || (known !== undefined && query.offset >= known)) {
      return { total: await counted, invocations: [], asOf: mark };
    }
    const source = choosePageSource(query, known, this.#tally);
    const read = this.#readers.use(async (client) => {
      const { limit } = query;
      // One more than is shown tells whether more follow.
      const positionsMax = at.withNext === true ? limit + 1 : limit;
      const found = await findPagePositions(client, query, { ...at, source, positionsMax });
      const positions = found.slice(0, limit);
      const invocations = await this.#rowsAt(client, positions, query, at);
      const next = found.length > limit ? placeOf(positions, invocations, query) : undefined;
      return { invocations, ...(next === undefined ? {} : { next }) };
    });
    // Where one of them fails, the question has its slot until the other has ended as well.
    await Promise.allSettled([counted, read]);
    return { total: await counted, ...(await read), asOf: mark };
  }

  #requestPage(query: InvocationQuery, at: CountOptions): Promise<InvocationPage | undefined> {
    return this.#readers.use((client) =>
      readRequestPage(client, query, {
        ...at,
        readRows: (positions) => this.#rowsAt(client, positions, query, at),
      }),
    );
  }

  #rowsAt(
    client: ClickHouseClient,
    positions: readonly RowPosition[],
    query: InvocationQuery,
    options: ReadOptions,
  ): Promise<Invocation[]> {
    return readRowsAt(client, positions, {
      ...this.#rowsOptions(query, options),
      cache: this.#rows,
    });
  }

  functions(query: FunctionQuery, options: ReadOptions): Promise<FunctionPage> {
    const at = { ...this.#now(), ...options };
    return this.#readers.use(async (client) => {
      const { total, functions } = await findFunctions(client, query, at);
      const facts = await readFactsAt(client, functions, this.#rowsOptions(query, options));
      return {
        total,
        functions: functions.map(({ functionName, firstStartUs, startTimeUs, seq }) => ({
          namespace: query.namespace,
          functionName,
          firstStartUs,
          lastStartUs: startTimeUs,
          facts: facts.get(seq) ?? {},
        })),
      };
    });
  }

  namespaces(query: NamespaceQuery, options: ReadOptions): Promise<NamespacePage> {
    const at = { ...this.#now(), ...options };
    return this.#readers.use((client) => findNamespaces(client, query, at));
  }

  namespacesOfRequest(requestId: string, options: ReadOptions): Promise<readonly string[]> {
    const at = { ...this.#now(), ...options };
    return this.#readers.use((client) => findNamespacesOfRequest(client, requestId, at));
  }

  recordsToJoin(
    runs: readonly RunIdentity[],
    range: StartRange,
    options: ReadOptions,
  ): Promise<readonly Invocation[]> {
    const at = { ...this.#now(), bytesMax: this.#pageBytesMax, ...options };
    return this.#readers.use((client) => findJoinable(client, runs, range, at));
  }

  latestRuns(query: LatestRunsQuery, options: ReadOptions): Promise<readonly LatestRun[]> {
    const at = { ...this.#now(), ...options };
    return this.#readers.use((client) => findLatestRuns(client, query, at));
  }

  #now(): ReadMoment {
    return { mark: this.#mark.seq, settledTo: this.#settling.settledTo };
  }

  #rowsOptions({ namespace }: { readonly namespace: string }, { deadlineMs, bounds }: ReadOptions) {
    return { namespace, bytesMax: this.#pageBytesMax, deadlineMs, bounds };
  }
}

/** The place of the last row of a page. */
function placeOf(
  positions: readonly RowPosition[],
  invocations: readonly Invocation[],
  { orderBy }: InvocationQuery,
): PagePosition | undefined {
  const [position, record] = [positions.at(-1), invocations.at(-1)];
  if (position === undefined || record === undefined) {
    return undefined;
  }
  const { startTimeUs, seq } = position;
  return { key: orderKeyOf(record, orderBy), startTimeUs, seq };
}
