// Questions about many runs together, each through the gate.

import type { Clock } from '../domain/clock.ts';
import type { ErrorPage, ErrorQuery, ErrorReader } from '../domain/error-groups.ts';
import {
  type Comparison,
  changeBetween,
  type FunctionOrder,
  type FunctionStatistics,
  type FunctionStatisticsPage,
  type FunctionStatisticsQuery,
  failureShare,
  noFigures,
  SERIES_SLICES_MAX,
} from '../domain/function-statistics.ts';
import type { LostRule } from '../domain/lost-run.ts';
import type { PageOptions } from '../domain/ports.ts';
import {
  type ChartQuery,
  type Concurrency,
  type Distribution,
  type DistributionQuery,
  usualStepSeconds,
} from '../domain/run-charts.ts';
import type {
  RunFigures,
  Statistics,
  StatisticsEntry,
  StatisticsQuery,
  StatisticsReader,
} from '../domain/statistics.ts';
import type { Asker, Gate } from './gate.ts';

export interface StatisticsServiceOptions {
  readonly reader: StatisticsReader;
  readonly errorReader: ErrorReader;
  readonly gate: Gate;
  readonly clock: Clock;
  /** When a run that never ended counts as lost. */
  readonly lostRuns: Omit<LostRule, 'nowMs'>;
}

type Compared = Omit<FunctionStatistics, 'series'>;

const WEEK_US = 7 * 86_400_000_000;

/** By which figure functions are sorted; names go by their bytes. */
const orderValues: Record<Exclude<FunctionOrder, 'functionName'>, (one: Compared) => number> = {
  changed: ({ changed }) => changed,
  runs: ({ runs }) => runs,
  failed: failureShare,
  p95: ({ duration }) => duration?.p95Us ?? -1,
  memory: ({ memory }) => memory?.shareMax ?? -1,
  coldStarts: ({ coldStarts }) => coldStarts,
  cost: ({ billedGbSeconds }) => billedGbSeconds,
};

/** Every question throws what the gate throws, and what its reader throws. */
export class StatisticsService {
  readonly #options: StatisticsServiceOptions;

  constructor(options: StatisticsServiceOptions) {
    this.#options = options;
  }

  /** Figures by group, as StatisticsReader.statistics says. */
  statistics(query: StatisticsQuery, asker?: Asker): Promise<Statistics> {
    return this.#ask(asker, (reader, options) => reader.statistics(query, options));
  }

  /**
   * Functions with runs in a window, each with its figures, those of the window that it is compared
   * with, and its runs over the window. All of it is about one mark.
   */
  functions(query: FunctionStatisticsQuery, asker?: Asker): Promise<FunctionStatisticsPage> {
    return this.#ask(asker, async (reader, options) => {
      const { namespace, sinceUs, untilUs, limit, offset } = query;
      const now = await byFunction(reader, query, options);
      const asOf = now.asOf;
      const before = await earlierFigures(reader, { ...query, asOf }, options);
      const sorted = now.groups
        .map((entry) => comparedWith(entry, before))
        .sort((one, other) => compare(one, other, query));
      const shown = sorted.slice(offset, offset + limit);
      const functionNames = shown.map(({ functionName }) => functionName);
      const seriesStepSeconds = usualStepSeconds(sinceUs, untilUs, SERIES_SLICES_MAX);
      const series =
        shown.length === 0
          ? new Map()
          : await reader.series(
              {
                ...{ namespace, sinceUs, untilUs, asOf, functionNames },
                stepSeconds: seriesStepSeconds,
              },
              options,
            );
      const none = { runs: [], failed: [] };
      return {
        total: sorted.length,
        functions: shown.map((one) => ({ ...one, series: series.get(one.functionName) ?? none })),
        ...{ sinceUs, untilUs, seriesStepSeconds, asOf },
      };
    });
  }

  /** How many runs go on at once, as ChartReader.concurrency says. */
  concurrency(query: ChartQuery, asker?: Asker): Promise<Concurrency> {
    return this.#ask(asker, (reader, options) => reader.concurrency(query, options));
  }

  /** Runs by time and by duration or memory, as ChartReader.distribution says. */
  distribution(query: DistributionQuery, asker?: Asker): Promise<Distribution> {
    return this.#ask(asker, (reader, options) => reader.distribution(query, options));
  }

  /** Failed runs by their shape, as ErrorReader.errors says. */
  errors(query: ErrorQuery, asker?: Asker): Promise<ErrorPage> {
    return this.#ask(asker, (_reader, options) => this.#options.errorReader.errors(query, options));
  }

  #ask<Answer>(
    asker: Asker | undefined,
    question: (reader: StatisticsReader, options: PageOptions) => Promise<Answer>,
  ): Promise<Answer> {
    const { gate, reader, clock, lostRuns } = this.#options;
    return gate.pass(
      (options) => question(reader, { ...options, lostRule: { ...lostRuns, nowMs: clock.now() } }),
      asker,
    );
  }
}

function byFunction(
  reader: StatisticsReader,
  { namespace, sinceUs, untilUs, asOf }: FunctionStatisticsQuery,
  options: PageOptions,
): Promise<Statistics> {
  const window = { namespace, sinceUs, untilUs, ...(asOf === undefined ? {} : { asOf }) };
  return reader.statistics({ ...window, groupBy: ['functionName'], stepSeconds: 1 }, options);
}

/** @returns by function; undefined where nothing is compared */
async function earlierFigures(
  reader: StatisticsReader,
  query: FunctionStatisticsQuery,
  options: PageOptions,
): Promise<ReadonlyMap<string, RunFigures> | undefined> {
  const backUs = distanceUs(query.compare, query.untilUs - query.sinceUs);
  if (backUs === undefined) {
    return undefined;
  }
  const sinceUs = Math.max(0, query.sinceUs - backUs);
  const untilUs = Math.max(0, query.untilUs - backUs);
  const { groups } = await byFunction(reader, { ...query, sinceUs, untilUs }, options);
  return new Map(groups.map((group) => [group.functionName ?? '', group]));
}

function distanceUs(compare: Comparison, windowUs: number): number | undefined {
  switch (compare) {
    case 'week':
      return WEEK_US;
    case 'previous':
      return windowUs;
    case 'none':
      return undefined;
    default:
      return compare satisfies never;
  }
}

function comparedWith(
  { functionName = '', timeUs: _time, qualifier: _qualifier, ...figures }: StatisticsEntry,
  before: ReadonlyMap<string, RunFigures> | undefined,
): Compared {
  if (before === undefined) {
    return { functionName, ...figures, changed: 0 };
  }
  const { functionName: _name, ...previous } = (before.get(functionName) ??
    noFigures) as StatisticsEntry;
  return { functionName, ...figures, previous, changed: changeBetween(figures, previous) };
}

/** Equal ones by name, so that pages do not overlap. */
function compare(
  one: Compared,
  other: Compared,
  { orderBy, order }: FunctionStatisticsQuery,
): number {
  const sign = order === 'asc' ? 1 : -1;
  const byName = Buffer.compare(Buffer.from(one.functionName), Buffer.from(other.functionName));
  if (orderBy === 'functionName') {
    return sign * byName;
  }
  const figureOf = orderValues[orderBy];
  return sign * (figureOf(one) - figureOf(other)) || byName;
}
