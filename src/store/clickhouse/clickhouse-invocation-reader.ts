// Pages: the total and the positions side by side, then the rows.

import type { InvocationPage } from '../../domain/invocation-page.ts';
import type { InvocationQuery } from '../../domain/invocation-query.ts';
import type { InvocationReader, ReadOptions } from '../../domain/ports.ts';
import type { CommitMark } from './commit-mark.ts';
import { countMatches } from './queries/count-matches.ts';
import { findPagePositions } from './queries/find-page-positions.ts';
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

  async page(query: InvocationQuery, { deadlineMs }: ReadOptions): Promise<InvocationPage> {
    // One mark for all statements: they answer about the same moment.
    const at = { mark: this.#mark.seq, deadlineMs };
    if (query.limit === 0) {
      const total = await this.#readers.use((client) => countMatches(client, query, at));
      return { total, invocations: [] };
    }
    const [total, invocations] = await Promise.all([
      this.#readers.use((client) => countMatches(client, query, at)),
      this.#readers.use(async (client) => {
        const positions = await findPagePositions(client, query, at);
        return await readRowsAt(client, positions, {
          namespace: query.namespace,
          bytesMax: this.#pageBytesMax,
          deadlineMs,
        });
      }),
    ]);
    return { total, invocations };
  }
}
