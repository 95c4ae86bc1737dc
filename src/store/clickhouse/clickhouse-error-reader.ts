// Failed runs by the shape of what went wrong, at one mark: from what is kept in memory where that is
// all of it, else by reading.

import {
  type ErrorPage,
  type ErrorQuery,
  type ErrorReader,
  TREND_SLICES_MAX,
} from '../../domain/error-groups.ts';
import type { PageOptions } from '../../domain/ports.ts';
import { usualStepSeconds } from '../../domain/run-charts.ts';
import type { CommitMark } from './commit-mark.ts';
import { groupErrors, type TrendSlices } from './figures/group-errors.ts';
import type { RowCells } from './figures/row-cells.ts';
import type { SliceKeeper } from './figures/slice-keeper.ts';
import { isOfSlices } from './figures/slice-time.ts';
import type { CountOptions } from './queries/count-matches.ts';
import type { ErrorCellRow } from './queries/read-error-cells.ts';
import { readErrorExamples } from './queries/read-error-examples.ts';
import { type ErrorCounts, readErrors } from './queries/read-errors.ts';
import { slicesOf } from './queries/read-series.ts';
import type { ReaderPool } from './reader-pool.ts';

export interface ErrorReaderOptions {
  readonly readers: ReaderPool;
  readonly mark: CommitMark;
  readonly kept: SliceKeeper<ErrorCellRow, RowCells<ErrorCellRow>>;
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
    const { sinceUs, untilUs } = query;
    const stepSeconds = usualStepSeconds(sinceUs, untilUs, TREND_SLICES_MAX);
    const trend = { stepSeconds, ...slicesOf({ sinceUs, untilUs, stepSeconds }) };
    const counted =
      (await this.#fromKept(query, trend, at)) ??
      (await readers.use((client) => readErrors(client, query, trend, at)));
    return { ...counted, sinceUs, untilUs, trendStepSeconds: stepSeconds, asOf };
  }

  /** @returns undefined where reading is the way */
  async #fromKept(
    query: ErrorQuery,
    trend: TrendSlices,
    at: CountOptions,
  ): Promise<ErrorCounts | undefined> {
    const { namespace, functionName, sinceUs, untilUs, search, contains, regex } = query;
    const isNarrowed = [search, contains, regex].some((value) => value !== undefined);
    if (isNarrowed || !isOfSlices(trend.stepSeconds)) {
      return undefined;
    }
    const { readers, kept } = this.#options;
    const cells = await kept.cellsWithin({ namespace, functionName, sinceUs, untilUs }, at);
    if (cells === undefined) {
      return undefined;
    }
    const { total, runs, groups } = await groupErrors(cells, query, trend);
    const positions = groups.map(({ newest }) => newest);
    const examples =
      positions.length === 0
        ? []
        : await readers.use((client) => readErrorExamples(client, { namespace, positions }, at));
    const bySeq = new Map(examples.map(({ seq, ...example }) => [seq, example]));
    const errors = groups.flatMap(({ newest, ...group }) => {
      const example = bySeq.get(newest.seq);
      return example === undefined ? [] : [{ ...group, example }];
    });
    return errors.length === groups.length ? { total, runs, errors } : undefined;
  }
}
