// Every read at one mark, however many statements it takes: they answer about the same moment.

import type { FunctionPage, FunctionQuery } from '../../domain/function-query.ts';
import type { InvocationPage } from '../../domain/invocation-page.ts';
import type { InvocationQuery } from '../../domain/invocation-query.ts';
import type { NamespacePage, NamespaceQuery } from '../../domain/namespace-query.ts';
import type { InvocationReader, ReadOptions } from '../../domain/ports.ts';
import type { CommitMark } from './commit-mark.ts';
import { countMatches } from './queries/count-matches.ts';
import { findFunctions } from './queries/find-functions.ts';
import { findNamespaces } from './queries/find-namespaces.ts';
import { findNamespacesOfRequest } from './queries/find-namespaces-of-request.ts';
import { findPagePositions } from './queries/find-page-positions.ts';
import { readFactsAt } from './queries/read-facts-at.ts';
import { readRowsAt } from './queries/read-rows-at.ts';
import type { ReaderPool } from './reader-pool.ts';

export interface ReaderOptions {
  readonly readers: ReaderPool;
  readonly mark: CommitMark;
  /** The rows of one page together. */
  readonly pageBytesMax: number;
}

export class ClickHouseInvocationReader implements InvocationReader {
  readonly #readers: ReaderPool;
  readonly #mark: CommitMark;
  readonly #pageBytesMax: number;

  constructor(options: ReaderOptions) {
    this.#readers = options.readers;
    this.#mark = options.mark;
    this.#pageBytesMax = options.pageBytesMax;
  }

  /** The total and the positions side by side, then the rows. */
  async page(query: InvocationQuery, { deadlineMs }: ReadOptions): Promise<InvocationPage> {
    const mark = Math.min(query.asOf ?? this.#mark.seq, this.#mark.seq);
    const at = { mark, deadlineMs };
    if (query.limit === 0) {
      const total = await this.#readers.use((client) => countMatches(client, query, at));
      return { total, invocations: [], asOf: mark };
    }
    const [total, invocations] = await Promise.all([
      this.#readers.use((client) => countMatches(client, query, at)),
      this.#readers.use(async (client) => {
        const positions = await findPagePositions(client, query, at);
        return await readRowsAt(client, positions, this.#rowsOptions(query, deadlineMs));
      }),
    ]);
    return { total, invocations, asOf: mark };
  }

  functions(query: FunctionQuery, { deadlineMs }: ReadOptions): Promise<FunctionPage> {
    const at = { mark: this.#mark.seq, deadlineMs };
    return this.#readers.use(async (client) => {
      const { total, functions } = await findFunctions(client, query, at);
      const facts = await readFactsAt(client, functions, this.#rowsOptions(query, deadlineMs));
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

  namespaces(query: NamespaceQuery, { deadlineMs }: ReadOptions): Promise<NamespacePage> {
    const at = { mark: this.#mark.seq, deadlineMs };
    return this.#readers.use((client) => findNamespaces(client, query, at));
  }

  namespacesOfRequest(requestId: string, { deadlineMs }: ReadOptions): Promise<readonly string[]> {
    const at = { mark: this.#mark.seq, deadlineMs };
    return this.#readers.use((client) => findNamespacesOfRequest(client, requestId, at));
  }

  #rowsOptions({ namespace }: { readonly namespace: string }, deadlineMs: number) {
    return { namespace, bytesMax: this.#pageBytesMax, deadlineMs };
  }
}
