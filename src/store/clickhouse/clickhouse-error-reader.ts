// Failed runs by the shape of what went wrong, at one mark.

import type { ErrorPage, ErrorQuery, ErrorReader } from '../../domain/error-groups.ts';
import type { PageOptions } from '../../domain/ports.ts';
import type { CommitMark } from './commit-mark.ts';
import { readErrors } from './queries/read-errors.ts';
import type { ReaderPool } from './reader-pool.ts';

export interface ErrorReaderOptions {
  readonly readers: ReaderPool;
  readonly mark: CommitMark;
}

export class ClickHouseErrorReader implements ErrorReader {
  readonly #options: ErrorReaderOptions;

  constructor(options: ErrorReaderOptions) {
    this.#options = options;
  }

  async errors(query: ErrorQuery, options: PageOptions): Promise<ErrorPage> {
    const { readers, mark } = this.#options;
    const asOf = Math.min(query.asOf ?? mark.seq, mark.seq);
    const at = { ...options, mark: asOf, settledTo: asOf };
    const counted = await readers.use((client) => readErrors(client, query, at));
    const { sinceUs, untilUs } = query;
    return { ...counted, sinceUs, untilUs, asOf };
  }
}
