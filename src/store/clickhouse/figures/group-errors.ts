// Groups kept failed runs by their shape.

import type { ErrorGroup, ErrorOrder, ErrorQuery } from '../../../domain/error-groups.ts';
import { compareTexts } from '../byte-order.ts';
import type { RowPosition } from '../queries/at-positions.ts';
import type { ErrorCellRow } from '../queries/read-error-cells.ts';
import { Turns } from './packed-values.ts';
import type { RowCells } from './row-cells.ts';
import { stepOf } from './slice-time.ts';

export interface CountedErrors {
  readonly total: number;
  readonly runs: number;
  /** Those of the page that was asked for. */
  readonly groups: readonly CountedError[];
}

/** A group, with where its newest run stands. */
type CountedError = Omit<ErrorGroup, 'example'> & { readonly newest: RowPosition };

export interface TrendSlices {
  /** A multiple of a slice. */
  readonly stepSeconds: number;
  /** Of the window's first slice, counted since 1970. */
  readonly first: number;
  readonly length: number;
}

const values: Record<ErrorOrder, (group: GroupedError) => number> = {
  count: ({ count }) => count,
  lastSeen: ({ newest }) => newest.startTimeUs,
  firstSeen: ({ firstSeenUs }) => firstSeenUs,
};

/** What a row takes, in values that are unpacked. */
const ROW_WORK = 30;

export async function groupErrors(
  all: readonly RowCells<ErrorCellRow>[],
  query: Pick<ErrorQuery, 'functionName' | 'qualifier' | 'orderBy' | 'order' | 'limit' | 'offset'>,
  trend: TrendSlices,
): Promise<CountedErrors> {
  const { functionName, qualifier, orderBy, order, limit, offset } = query;
  const groups = new Map<string, GroupedError>();
  let runs = 0;
  const turns = new Turns();
  for (const { rows } of all) {
    for (const row of rows) {
      if (
        (functionName === undefined || row.functionName === functionName) &&
        (qualifier === undefined || row.qualifier === qualifier)
      ) {
        const group = groups.get(row.shape) ?? new GroupedError(row, trend);
        groups.set(row.shape, group);
        group.add(row);
        runs += row.runs;
      }
    }
    await turns.take(ROW_WORK * rows.length);
  }
  const valueIn = values[orderBy];
  const sign = order === 'asc' ? 1 : -1;
  const sorted = [...groups.values()].sort(
    (one, other) => sign * (valueIn(one) - valueIn(other)) || compareTexts(one.shape, other.shape),
  );
  const page = sorted.slice(offset, offset + limit).map((group) => group.counted());
  return { total: sorted.length, runs, groups: page };
}

class GroupedError {
  readonly shape: string;
  readonly #shapeId: string;
  readonly #slices: TrendSlices;
  readonly #trend: number[];
  readonly #functions = new Set<string>();
  count = 0;
  firstSeenUs: number;
  newest: RowPosition;

  constructor(row: ErrorCellRow, slices: TrendSlices) {
    this.shape = row.shape;
    this.#shapeId = row.shapeId;
    this.#slices = slices;
    this.#trend = new Array<number>(slices.length).fill(0);
    this.firstSeenUs = row.firstSeenUs;
    this.newest = newestOf(row);
  }

  add(row: ErrorCellRow): void {
    const { stepSeconds, first } = this.#slices;
    const slice = stepOf(row.slice, stepSeconds) / (stepSeconds * 1_000_000) - first;
    this.#trend[slice] = (this.#trend[slice] ?? 0) + row.runs;
    this.count += row.runs;
    this.#functions.add(row.functionName);
    this.firstSeenUs = Math.min(this.firstSeenUs, row.firstSeenUs);
    const { startTimeUs, seq } = this.newest;
    if (row.lastSeenUs > startTimeUs || (row.lastSeenUs === startTimeUs && row.lastSeq > seq)) {
      this.newest = newestOf(row);
    }
  }

  counted(): CountedError {
    return {
      ...{ shapeId: this.#shapeId, shape: this.shape, count: this.count },
      ...{ functions: this.#functions.size, firstSeenUs: this.firstSeenUs },
      ...{ lastSeenUs: this.newest.startTimeUs, trend: this.#trend, newest: this.newest },
    };
  }
}

function newestOf({ functionName, lastSeenUs, lastSeq }: ErrorCellRow): RowPosition {
  return { functionName, startTimeUs: lastSeenUs, seq: lastSeq };
}
