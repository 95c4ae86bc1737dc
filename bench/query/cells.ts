// The questions of the matrix: filters by orders by directions, the first page and deep ones.

import {
  LIMIT_DEFAULT,
  type OrderDirection,
  type OrderField,
  orderDirections,
  orderFields,
} from '../../src/domain/invocation-query.ts';
import type { ModelAnswer, ModelFilter, ModelQuestion, WorkloadModel } from './workload-model.ts';

export interface Cell {
  readonly filter: string;
  /** Asked in turn, so that no run finds what another one has just read. */
  readonly variants: readonly ModelFilter[];
  readonly orderBy: OrderField;
  readonly order: OrderDirection;
  readonly offset: number;
  readonly goal: { readonly p50Ms?: number; readonly p99Ms?: number };
}

export interface AskedCell extends Cell {
  /** @returns the right answer to the question of a run */
  answerTo(run: number): ModelAnswer;
}

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;
/** What makes a function a middle one: its share of all records. */
const MIDDLE_SHARE = 0.05;
const VARIANTS = 5;
const DEEP_OFFSETS = [9_980, 1_000_000];
const deepOrders: readonly OrderField[] = ['startTime', 'duration', 'requestId'];

const firstPage = { p50Ms: 10, p99Ms: 50 };
const oneRequest = { p50Ms: 5 };
const deepGoals: Readonly<Record<number, Cell['goal']>> = {
  9980: { p99Ms: 100 },
  1000000: { p99Ms: 300 },
};

export function cellsOf(model: WorkloadModel): Cell[] {
  const filters = filtersOf(model);
  const firstPages = Object.entries(filters).flatMap(([filter, variants]) =>
    orderFields.flatMap((orderBy) =>
      orderDirections.map((order) => ({
        filter,
        variants,
        orderBy,
        order,
        offset: 0,
        goal: filter === 'request id' ? oneRequest : firstPage,
      })),
    ),
  );
  const deepPages = DEEP_OFFSETS.flatMap((offset) =>
    ['all', 'biggest function', 'failed'].flatMap((filter) =>
      deepOrders.map((orderBy) => ({
        filter,
        variants: filters[filter] ?? [],
        orderBy,
        order: 'desc' as const,
        offset,
        goal: deepGoals[offset] ?? {},
      })),
    ),
  );
  const counts = model.counts();
  const failedCount = model.failed.reduce((sum, failed) => sum + failed, 0);
  const size: Readonly<Record<string, number>> = {
    all: model.length,
    'biggest function': Math.max(...counts),
    failed: failedCount,
  };
  return [...firstPages, ...deepPages.filter(({ filter, offset }) => (size[filter] ?? 0) > offset)];
}

/**
 * @param run counted from 0: each asks for the next page of the next variant, so that no row is read
 *   twice
 */
export function questionOf(cell: Cell, run: number): ModelQuestion {
  const { variants, orderBy, order } = cell;
  const filter = variants[run % variants.length] ?? {};
  const page = Math.floor(run / variants.length);
  const offset = cell.offset + (isOfFew(cell) ? 0 : page * LIMIT_DEFAULT);
  return { filter, orderBy, order, offset, limit: LIMIT_DEFAULT };
}

/**
 * @param runs how many will be asked at most
 * @returns each cell with its right answers; the workload is gone through once a variant
 */
export function withAnswers(
  model: WorkloadModel,
  cells: readonly Cell[],
  runs: number,
): AskedCell[] {
  return cells.map((cell) => ({ ...cell, answerTo: answersOf(model, cell, runs) }));
}

function answersOf(model: WorkloadModel, cell: Cell, runs: number): AskedCell['answerTo'] {
  const wholes = cell.variants.map((_, variant) => {
    const question = questionOf(cell, variant);
    const pages = Math.ceil(runs / cell.variants.length);
    return model.answer({ ...question, limit: pages * LIMIT_DEFAULT });
  });
  return (run) => {
    const { total, rows } = wholes[run % wholes.length] ?? { total: 0, rows: [] };
    const from = questionOf(cell, run).offset - cell.offset;
    return { total, rows: rows.slice(from, from + LIMIT_DEFAULT) };
  };
}

function isOfFew({ filter }: Cell): boolean {
  return ['smallest function', 'request id', 'function, failed, hour'].includes(filter);
}

function filtersOf(model: WorkloadModel): Record<string, ModelFilter[]> {
  const counts = model.counts();
  const ranked = [...counts.keys()].sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0));
  const distance = (fn: number) => Math.abs((counts[fn] ?? 0) - model.length * MIDDLE_SHARE);
  const middle = [...ranked].sort((a, b) => distance(a) - distance(b)).slice(0, 2);
  const beginUs = Math.floor((model.startsUs[0] ?? 0) / DAY_US) * DAY_US;
  const endUs = model.startsUs[model.length - 1] ?? 0;
  const days = Math.max(1, Math.floor((endUs - beginUs) / DAY_US) + 1);
  const spread = Array.from({ length: VARIANTS * 4 }, (_, at) =>
    Math.floor(((at + 0.5) / (VARIANTS * 4)) * model.length),
  );
  return {
    all: [{}],
    'biggest function': [{ fn: ranked[0] ?? 0 }],
    'middle function': middle.map((fn) => ({ fn })),
    'smallest function': ranked.slice(-VARIANTS).map((fn) => ({ fn })),
    failed: [{ failed: true }],
    'a day': Array.from({ length: Math.min(days, VARIANTS) }, (_, day) => ({
      sinceUs: beginUs + day * DAY_US,
      untilUs: beginUs + (day + 1) * DAY_US,
    })),
    'request id': spread.map((row) => ({ requestId: model.requestId(row) })),
    'function, failed, hour': spread.slice(0, VARIANTS).map((row) => {
      const sinceUs = Math.floor((model.startsUs[row] ?? 0) / HOUR_US) * HOUR_US;
      return { fn: ranked[0] ?? 0, failed: true, sinceUs, untilUs: sinceUs + HOUR_US };
    }),
  };
}
