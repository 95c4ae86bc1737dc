// Figures of one group of runs, from the store's units to those of an answer.

import { AppError } from '../../domain/errors.ts';
import { GROUPS_MAX, type StatisticsEntry } from '../../domain/statistics.ts';
import { compareTexts } from './byte-order.ts';

const GB_MS = 2 ** 30 * 1000;

interface PercentilesRow {
  readonly ended: number;
  readonly meanUs: number | null;
  readonly quantilesUs: readonly [number, number, number, number];
  readonly maxUs: number;
  readonly memoryP95: number;
  readonly memoryMax: number;
  readonly memoryLimit: number;
  readonly memoryShare: number;
}

/** Sums of a group, as a statement gives them and as kept figures are added up. */
export interface StatisticsRow extends Partial<PercentilesRow> {
  readonly functionName?: string;
  readonly qualifier?: string;
  readonly timeUs?: number;
  readonly runs: number;
  readonly ok: number;
  readonly failed: number;
  readonly running: number;
  readonly lost: number;
  readonly coldStarts: number;
  readonly billedByteMs: number;
}

export function entryOf(row: StatisticsRow): StatisticsEntry {
  const { functionName, qualifier, timeUs, runs, ok, failed, running, lost, coldStarts } = row;
  return {
    ...(functionName === undefined ? {} : { functionName }),
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(timeUs === undefined ? {} : { timeUs }),
    ...{ runs, ok, failed, running, lost, coldStarts },
    ...endedFigures(row),
    billedGbSeconds: row.billedByteMs / GB_MS,
  };
}

function endedFigures(row: StatisticsRow): Pick<StatisticsEntry, 'duration' | 'memory'> {
  if (!hasPercentiles(row) || row.ended === 0) {
    return {};
  }
  const [p50Us, p90Us, p95Us, p99Us] = row.quantilesUs;
  return {
    duration: { meanUs: row.meanUs ?? 0, p50Us, p90Us, p95Us, p99Us, maxUs: row.maxUs },
    memory: {
      p95Bytes: row.memoryP95,
      maxBytes: row.memoryMax,
      limitBytes: row.memoryLimit,
      shareMax: row.memoryShare,
    },
  };
}

function hasPercentiles(row: StatisticsRow): row is StatisticsRow & PercentilesRow {
  return row.ended !== undefined;
}

/** @throws AppError page_too_large */
export function assertFewGroups(count: number): void {
  if (count > GROUPS_MAX) {
    throw new AppError(
      'page_too_large',
      `there are more than ${GROUPS_MAX} groups; name a function, a shorter window (since, until) or a longer step`,
      { details: { groupsMax: GROUPS_MAX } },
    );
  }
}

/** By time, function, version, as the engine sorts them: names by their bytes. */
export function compareRows(one: StatisticsRow, other: StatisticsRow): number {
  return (
    (one.timeUs ?? 0) - (other.timeUs ?? 0) ||
    compareTexts(one.functionName ?? '', other.functionName ?? '') ||
    compareTexts(one.qualifier ?? '', other.qualifier ?? '')
  );
}
