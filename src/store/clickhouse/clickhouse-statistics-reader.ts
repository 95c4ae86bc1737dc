// Figures over many runs, at one mark.

import type { PageOptions } from '../../domain/ports.ts';
import type {
  ChartQuery,
  Concurrency,
  Distribution,
  DistributionQuery,
} from '../../domain/run-charts.ts';
import type {
  RunSeries,
  SeriesQuery,
  Statistics,
  StatisticsQuery,
  StatisticsReader,
} from '../../domain/statistics.ts';
import type { CommitMark } from './commit-mark.ts';
import type { CountOptions } from './queries/count-matches.ts';
import { readConcurrency } from './queries/read-concurrency.ts';
import { readDistribution } from './queries/read-distribution.ts';
import { readSeries } from './queries/read-series.ts';
import { readStatistics } from './queries/read-statistics.ts';
import type { ReaderPool } from './reader-pool.ts';
import { withMedians } from './run-ranks.ts';
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
    const at = this.#at(query, options);
    const { readers } = this.#options;
    const whole = await withMedians(readers, query, at);
    const groups = await readers.use((client) => readStatistics(client, whole, at));
    return { groups, asOf: at.mark };
  }

  series(query: SeriesQuery, options: PageOptions): Promise<ReadonlyMap<string, RunSeries>> {
    const at = this.#at(query, options);
    return this.#options.readers.use((client) => readSeries(client, query, at));
  }

  async concurrency(query: ChartQuery, options: PageOptions): Promise<Concurrency> {
    const at = this.#at(query, options);
    const found = await this.#options.readers.use((client) => readConcurrency(client, query, at));
    return { ...found, asOf: at.mark };
  }

  async distribution(query: DistributionQuery, options: PageOptions): Promise<Distribution> {
    const at = this.#at(query, options);
    const cells = await this.#options.readers.use((client) => readDistribution(client, query, at));
    return { cells, asOf: at.mark };
  }

  #at({ asOf }: { readonly asOf?: number }, options: PageOptions): CountOptions {
    const { mark, settling } = this.#options;
    return {
      ...options,
      mark: Math.min(asOf ?? mark.seq, mark.seq),
      settledTo: settling.settledTo,
    };
  }
}
