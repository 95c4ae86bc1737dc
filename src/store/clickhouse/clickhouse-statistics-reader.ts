// Figures over many runs, at one mark: from what is kept in memory where that is all of it, else by
// reading.

import type { CompletenessScope } from '../../domain/completeness.ts';
import { AppError } from '../../domain/errors.ts';
import type { PageOptions } from '../../domain/ports.ts';
import {
  CELLS_MAX,
  type ChartQuery,
  CONCURRENT_RUNS_MAX,
  type Concurrency,
  type Distribution,
  type DistributionCell,
  type DistributionQuery,
  SLICES_MAX,
} from '../../domain/run-charts.ts';
import type {
  RunSeries,
  SeriesQuery,
  Statistics,
  StatisticsEntry,
  StatisticsQuery,
  StatisticsReader,
} from '../../domain/statistics.ts';
import type { CommitMark } from './commit-mark.ts';
import { concurrencyOf, sweepConcurrency } from './concurrency-sweep.ts';
import type { KeptSlicesOfAll } from './figures/keep-slices.ts';
import { isOfSlices, SLICE_US } from './figures/slice-time.ts';
import { spreadValues } from './figures/spread-values.ts';
import { seriesRows, sumFigures } from './figures/sum-figures.ts';
import type { MatchTally } from './match-tally.ts';
import type { CountOptions } from './queries/count-matches.ts';
import { readDistribution, tooManyCells } from './queries/read-distribution.ts';
import { readLongestUs } from './queries/read-longest.ts';
import { readRunTimes, tooManyRuns } from './queries/read-run-times.ts';
import { readSeries, seriesOf, slicesOf } from './queries/read-series.ts';
import { readStatistics } from './queries/read-statistics.ts';
import type { ReaderPool } from './reader-pool.ts';
import { withMedians } from './run-ranks.ts';
import type { Settling } from './settling.ts';
import { compareRows, entryOf } from './statistics-row.ts';

export interface StatisticsReaderOptions {
  readonly readers: ReaderPool;
  readonly mark: CommitMark;
  readonly settling: Settling;
  readonly tally: MatchTally;
  readonly kept: KeptSlicesOfAll;
}

/** What a question about figures can name and still be answered from those that are kept. */
const ANSWERED = new Set<string>([
  ...['namespace', 'functionName', 'qualifier', 'sinceUs', 'untilUs', 'asOf'],
  ...['groupBy', 'stepSeconds', 'percentiles', 'status'],
]);

function isAnsweredByKept(query: StatisticsQuery): boolean {
  const { status, percentiles = true } = query;
  const isNamed = Object.entries(query).every(
    ([name, value]) => value === undefined || ANSWERED.has(name),
  );
  // Durations and memory are kept without their outcome; lost runs are told from running ones by the clock.
  return (
    isNamed && (status === undefined || (!percentiles && (status === 'ok' || status === 'failed')))
  );
}

export class ClickHouseStatisticsReader implements StatisticsReader {
  readonly #options: StatisticsReaderOptions;

  constructor(options: StatisticsReaderOptions) {
    this.#options = options;
  }

  async statistics(query: StatisticsQuery, options: PageOptions): Promise<Statistics> {
    const at = this.#at(query, options);
    const kept = await this.#keptStatistics(query, at);
    if (kept !== undefined) {
      return { groups: kept, asOf: at.mark };
    }
    const { readers } = this.#options;
    const whole = await withMedians(readers, query, at);
    const groups = await readers.use((client) => readStatistics(client, whole, at));
    return { groups, asOf: at.mark };
  }

  async series(query: SeriesQuery, options: PageOptions): Promise<ReadonlyMap<string, RunSeries>> {
    const at = this.#at(query, options);
    const cells = isOfSlices(query.stepSeconds)
      ? await this.#options.kept.figures.cellsWithin(scopeOf(query), at)
      : undefined;
    if (cells !== undefined) {
      return seriesOf(seriesRows(cells, query), slicesOf(query));
    }
    return await this.#options.readers.use((client) => readSeries(client, query, at));
  }

  async concurrency(query: ChartQuery, options: PageOptions): Promise<Concurrency> {
    assertFewSlices(query);
    const at = this.#at(query, options);
    const { readers, mark, tally } = this.#options;
    const { namespace, functionName, sinceUs, untilUs } = query;
    const about = functionName === undefined ? { namespace } : { namespace, functionName };
    const isNow = at.mark === mark.seq;
    const open = isNow ? tally.count({ ...about, status: 'running' }) : undefined;
    const mayBeOpen = open?.runs !== 0;
    const kept = mayBeOpen ? undefined : await this.#keptConcurrency(query, at);
    if (kept !== undefined) {
      return { ...kept, asOf: at.mark };
    }
    const begun = isNow ? tally.count({ ...about, sinceUs, untilUs }) : undefined;
    if ((begun?.runs ?? 0) > CONCURRENT_RUNS_MAX) {
      throw tooManyRuns();
    }
    const { stepSeconds, asOf: _, ...window } = query;
    const times = await readers.use((client) => readRunTimes(client, { ...window, mayBeOpen }, at));
    const sliced = { sinceUs, untilUs, stepUs: stepSeconds * 1_000_000 };
    const slices = await sweepConcurrency(times, sliced);
    return { ...concurrencyOf(slices, sliced), asOf: at.mark };
  }

  /** Where all runs have ended: how long others take is for the clock to say. */
  async #keptConcurrency(
    { namespace, functionName, qualifier, sinceUs, untilUs, stepSeconds }: ChartQuery,
    at: CountOptions,
  ): Promise<Omit<Concurrency, 'asOf'> | undefined> {
    if (functionName === undefined || qualifier !== undefined || !isOfSlices(stepSeconds)) {
      return undefined;
    }
    const about = { namespace, functionName };
    const { readers, kept } = this.#options;
    const longestUs = await readers.use((client) => readLongestUs(client, about, at));
    const cells = await kept.concurrency.cellsWithin({ ...about, sinceUs, untilUs }, at, longestUs);
    const slices = cells?.flatMap(({ rows }) =>
      rows
        .filter((row) => row.functionName === functionName)
        .map((row) => ({ ...row, timeUs: row.slice * SLICE_US })),
    );
    return slices && concurrencyOf(slices, { sinceUs, untilUs, stepUs: stepSeconds * 1_000_000 });
  }

  async distribution(query: DistributionQuery, options: PageOptions): Promise<Distribution> {
    const at = this.#at(query, options);
    const cells =
      (await this.#keptDistribution(query, at)) ??
      (await this.#options.readers.use((client) => readDistribution(client, query, at)));
    return { cells, asOf: at.mark };
  }

  async #keptStatistics(
    query: StatisticsQuery,
    at: CountOptions,
  ): Promise<StatisticsEntry[] | undefined> {
    const { groupBy, stepSeconds, functionName, qualifier, percentiles = true, status } = query;
    if (!isAnsweredByKept(query) || (groupBy.includes('time') && !isOfSlices(stepSeconds))) {
      return undefined;
    }
    const outcome = status === 'ok' || status === 'failed' ? status : undefined;
    const cells = await this.#options.kept.figures.cellsWithin(scopeOf(query), at);
    if (cells === undefined) {
      return undefined;
    }
    const { lostRule } = at;
    const about = { functionName, qualifier, outcome, lostRule };
    const rows = await sumFigures(cells, { ...about, groupBy, stepSeconds, percentiles });
    return rows.sort(compareRows).map(entryOf);
  }

  async #keptDistribution(
    query: DistributionQuery,
    at: CountOptions,
  ): Promise<DistributionCell[] | undefined> {
    const cells = isOfSlices(query.stepSeconds)
      ? await this.#options.kept.figures.cellsWithin(scopeOf(query), at)
      : undefined;
    if (cells === undefined) {
      return undefined;
    }
    const { of, functionName, qualifier, stepSeconds } = query;
    const spread = await spreadValues(cells, { of, functionName, qualifier, stepSeconds });
    if (spread.length > CELLS_MAX) {
      throw tooManyCells();
    }
    return spread;
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

function scopeOf({ namespace, functionName, sinceUs, untilUs }: CompletenessScope) {
  return { namespace, functionName, sinceUs, untilUs };
}

/** @throws AppError page_too_large */
function assertFewSlices({ stepSeconds, sinceUs, untilUs }: ChartQuery): void {
  const stepUs = stepSeconds * 1_000_000;
  const firstUs = Math.floor(sinceUs / stepUs) * stepUs;
  const slices = Math.ceil((untilUs - firstUs) / stepUs);
  if (slices > SLICES_MAX) {
    throw new AppError(
      'page_too_large',
      `step: the window has ${slices} slices of ${stepSeconds} seconds; at most ${SLICES_MAX}, so choose a longer step or a shorter window (since, until)`,
      { details: { parameter: 'step', slicesMax: SLICES_MAX } },
    );
  }
}
