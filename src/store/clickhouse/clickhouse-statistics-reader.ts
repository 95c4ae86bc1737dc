// Figures over many runs, at one mark.

import type { PageOptions } from '../../domain/ports.ts';
import type { Statistics, StatisticsQuery, StatisticsReader } from '../../domain/statistics.ts';
import type { CommitMark } from './commit-mark.ts';
import { readStatistics } from './queries/read-statistics.ts';
import type { ReaderPool } from './reader-pool.ts';
import type { Settling } from './settling.ts';

export interface StatisticsReaderOptions {
  readonly readers: ReaderPool;
  readonly mark: CommitMark;
  readonly settling: Settling;
}

export class ClickHouseStatisticsReader implements StatisticsReader {
  readonly #options: StatisticsReaderOptions;

  constructor(options: StatisticsReaderOptions) {
    this.#options = options;
  }

  async statistics(query: StatisticsQuery, options: PageOptions): Promise<Statistics> {
    const { readers, mark: present, settling } = this.#options;
    const mark = Math.min(query.asOf ?? present.seq, present.seq);
    const at = { ...options, mark, settledTo: settling.settledTo };
    const groups = await readers.use((client) => readStatistics(client, query, at));
    return { groups, asOf: mark };
  }
}
