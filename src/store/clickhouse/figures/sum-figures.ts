// Adds kept figures up by group: exact percentiles, since every value is there.

import type { LostRule } from '../../../domain/lost-run.ts';
import type { SeriesQuery, StatisticsGroup } from '../../../domain/statistics.ts';
import type { SeriesRow } from '../queries/read-series.ts';
import type { RunOutcome } from '../run-counts.ts';
import { assertFewGroups, type StatisticsRow } from '../statistics-row.ts';
import { BILLED_HIGH, type FigureCells, newSums, type SummedName, sumOf } from './figure-cells.ts';
import { type PackedValues, Turns } from './packed-values.ts';
import { stepOf } from './slice-time.ts';
import { countBelow, valuesAt } from './values-at.ts';

export interface SumOptions {
  readonly functionName?: string | undefined;
  readonly qualifier?: string | undefined;
  readonly groupBy: readonly StatisticsGroup[];
  /** A multiple of a slice, where groups are by time. */
  readonly stepSeconds: number;
  /** Which runs count; undefined: all of them. Values are kept of all ended ones together. */
  readonly outcome?: Exclude<RunOutcome, 'unfinished'> | undefined;
  /** Only of all runs. */
  readonly percentiles: boolean;
  readonly lostRule?: LostRule | undefined;
}

/** What a cell takes, in values that are unpacked. */
const CELL_WORK = 40;

/**
 * @returns a row for each group with runs; without groups one row, with or without runs
 * @throws AppError page_too_large where there are too many groups
 */
export async function sumFigures(
  all: readonly FigureCells[],
  options: SumOptions,
): Promise<StatisticsRow[]> {
  const turns = new Turns();
  const sums = new Map<string, FigureSum>();
  if (options.groupBy.length === 0) {
    sums.set('', new FigureSum({}));
  }
  for (const cells of all) {
    for (let cell = 0; cell < cells.length; cell++) {
      if (isAbout(cells, cell, options)) {
        const name = groupNameOf(cells, cell, options);
        let sum = sums.get(name);
        if (sum === undefined) {
          sum = new FigureSum(keyOf(cells, cell, options));
          sums.set(name, sum);
        }
        sum.add(cells, cell, options.percentiles);
      }
    }
    await turns.take(CELL_WORK * cells.length);
    // Before their percentiles are worked out. With one outcome some may have no runs.
    assertFewGroups(options.outcome === undefined ? sums.size : 0);
  }
  const rows: StatisticsRow[] = [];
  for (const sum of sums.values()) {
    const row = await sum.row(options, turns);
    if (row.runs > 0 || options.groupBy.length === 0) {
      rows.push(row);
    }
  }
  assertFewGroups(rows.length);
  return rows;
}

/** @returns what some functions have in each slice of the step, function by function and part by part */
export function* seriesRows(
  all: readonly FigureCells[],
  { functionNames, stepSeconds }: Pick<SeriesQuery, 'functionNames' | 'stepSeconds'>,
): Generator<SeriesRow> {
  const wanted = new Set(functionNames);
  const stepUs = stepSeconds * 1_000_000;
  for (const cells of all) {
    for (let cell = 0; cell < cells.length; cell++) {
      const functionName = cells.functionNameAt(cell);
      if (wanted.has(functionName)) {
        const [ok, failed] = [cells.figureAt(cell, 'ok'), cells.figureAt(cell, 'failed')];
        const runs = ok + failed + cells.figureAt(cell, 'unfinished');
        yield { functionName, slice: timeOf(cells, cell, stepSeconds) / stepUs, runs, failed };
      }
    }
  }
}

type GroupKey = Pick<StatisticsRow, 'timeUs' | 'functionName' | 'qualifier'>;

/** Whether a cell is of the function and the version that are asked for. */
export function isAbout(
  cells: FigureCells,
  cell: number,
  { functionName, qualifier }: Pick<SumOptions, 'functionName' | 'qualifier'>,
): boolean {
  return (
    (functionName === undefined || cells.functionNameAt(cell) === functionName) &&
    (qualifier === undefined || cells.qualifierAt(cell) === qualifier)
  );
}

export function timeOf(cells: FigureCells, cell: number, stepSeconds: number): number {
  return stepOf(cells.figureAt(cell, 'slice'), stepSeconds);
}

function keyOf(cells: FigureCells, cell: number, { groupBy, stepSeconds }: SumOptions): GroupKey {
  return {
    ...(groupBy.includes('time') && { timeUs: timeOf(cells, cell, stepSeconds) }),
    ...(groupBy.includes('functionName') && { functionName: cells.functionNameAt(cell) }),
    ...(groupBy.includes('qualifier') && { qualifier: cells.qualifierAt(cell) }),
  };
}

/** Tells groups apart. Where one name ends, its length tells. */
function groupNameOf(
  cells: FigureCells,
  cell: number,
  { groupBy, stepSeconds }: SumOptions,
): string {
  let name = '';
  for (const group of groupBy) {
    switch (group) {
      case 'time':
        name += `${timeOf(cells, cell, stepSeconds)} `;
        break;
      case 'functionName':
        name += named(cells.functionNameAt(cell));
        break;
      case 'qualifier':
        name += named(cells.qualifierAt(cell));
        break;
      default:
        throw new TypeError(group satisfies never);
    }
  }
  return name;
}

function named(text: string): string {
  return `${text.length} ${text}`;
}

/** As the engine's quantileExact counts: the value at this share of all, rounded down. */
const SHARES = [0.5, 0.9, 0.95, 0.99] as const;
const MEMORY_SHARE = 0.95;

class FigureSum {
  readonly #key: GroupKey;
  readonly #sums = newSums();
  readonly #durations: PackedValues[] = [];
  readonly #memory: PackedValues[] = [];
  readonly #deadlines: PackedValues[] = [];
  readonly #openStarts: PackedValues[] = [];

  constructor(key: GroupKey) {
    this.#key = key;
  }

  add(cells: FigureCells, cell: number, percentiles: boolean): void {
    cells.addTo(this.#sums, cell);
    if (percentiles) {
      this.#durations.push(cells.valuesAt(cell, 'durationsUs'));
      this.#memory.push(cells.valuesAt(cell, 'memoryBytes'));
    }
    if (cells.figureAt(cell, 'unfinished') > 0) {
      this.#deadlines.push(cells.valuesAt(cell, 'deadlinesUs'));
      this.#openStarts.push(cells.valuesAt(cell, 'openStartsUs'));
    }
  }

  #sum(name: SummedName): number {
    return sumOf(this.#sums, name);
  }

  async row({ outcome, percentiles, lostRule }: SumOptions, turns: Turns): Promise<StatisticsRow> {
    const isWanted = (one: RunOutcome) => outcome === undefined || outcome === one;
    const sum = (one: RunOutcome, name: SummedName) => (isWanted(one) ? this.#sum(name) : 0);
    const ok = sum('ok', 'ok');
    const failed = sum('failed', 'failed');
    const unfinished = sum('unfinished', 'unfinished');
    const lost = isWanted('unfinished') ? this.#lost(lostRule) : 0;
    const billedHigh = sum('ok', 'okBilledHigh') + sum('failed', 'failedBilledHigh');
    const billedLow = sum('ok', 'okBilledLow') + sum('failed', 'failedBilledLow');
    return {
      ...this.#key,
      runs: ok + failed + unfinished,
      ...{ ok, failed, lost, running: unfinished - lost },
      coldStarts:
        sum('ok', 'okCold') + sum('failed', 'failedCold') + sum('unfinished', 'unfinishedCold'),
      billedByteMs: billedHigh * BILLED_HIGH + billedLow,
      ...(percentiles && (await this.#ended(turns))),
    };
  }

  async #ended(turns: Turns) {
    const ended = this.#sum('ok') + this.#sum('failed');
    if (ended === 0) {
      return { ended };
    }
    const placeOf = (share: number) => Math.floor(share * ended);
    const [p50 = 0, p90 = 0, p95 = 0, p99 = 0] = await valuesAt(
      this.#durations,
      SHARES.map(placeOf),
      turns,
    );
    const [memoryP95 = 0] = await valuesAt(this.#memory, [placeOf(MEMORY_SHARE)], turns);
    return {
      ended,
      meanUs: this.#sum('durationSumUs') / ended,
      maxUs: this.#sum('durationMaxUs'),
      quantilesUs: [p50, p90, p95, p99] as const,
      memoryP95,
      memoryMax: this.#sum('memoryMax'),
      memoryLimit: this.#sum('memoryLimit'),
      memoryShare: this.#sum('memoryShare'),
    };
  }

  /** As the condition OVERDUE tells it. */
  #lost(rule: LostRule | undefined): number {
    if (rule === undefined) {
      return 0;
    }
    const overdueUs = (rule.nowMs - rule.graceMs) * 1000;
    const countOf = (all: readonly PackedValues[], momentUs: number) =>
      all.reduce((sum, packed) => sum + countBelow(packed, momentUs), 0);
    return (
      countOf(this.#deadlines, overdueUs) +
      countOf(this.#openStarts, overdueUs - rule.timeLimitMs * 1000)
    );
  }
}
