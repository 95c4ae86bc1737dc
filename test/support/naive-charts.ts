// Concurrency and distributions worked out one by one. Slow and plain on purpose; it shares nothing
// with the real ones.

import type { Invocation } from '../../src/domain/invocation.ts';
import type { LostRule } from '../../src/domain/lost-run.ts';
import type {
  ChartQuery,
  Concurrency,
  DistributionCell,
  DistributionQuery,
} from '../../src/domain/run-charts.ts';

/** @param records those that match the question, whenever they began */
export function naiveConcurrency(
  records: readonly Invocation[],
  { sinceUs, untilUs, stepSeconds }: ChartQuery,
  rule: LostRule,
): Omit<Concurrency, 'asOf'> {
  const runs = records
    .map((record) => ({ from: record.startTimeUs, to: endOf(record, rule) }))
    .filter(({ from, to }) => to > from && from < untilUs && to > sinceUs);
  const going = (atUs: number) => runs.filter(({ from, to }) => from <= atUs && atUs < to).length;
  const moments = [sinceUs, ...runs.map(({ from }) => from)].filter((atUs) => atUs >= sinceUs);
  const stepUs = stepSeconds * 1_000_000;
  const points: { timeUs: number; max: number; mean: number }[] = [];
  for (let timeUs = Math.floor(sinceUs / stepUs) * stepUs; timeUs < untilUs; timeUs += stepUs) {
    const [from, to] = [Math.max(timeUs, sinceUs), Math.min(timeUs + stepUs, untilUs)];
    const within = [from, ...moments.filter((atUs) => atUs >= from && atUs < to)];
    const shared = runs.map((run) => Math.max(0, Math.min(run.to, to) - Math.max(run.from, from)));
    const mean = shared.reduce((sum, us) => sum + us, 0) / (to - from);
    points.push({ timeUs, max: Math.max(...within.map(going)), mean });
  }
  const max = Math.max(...moments.map(going));
  const maxAtUs = max === 0 ? sinceUs : Math.min(...moments.filter((atUs) => going(atUs) === max));
  return { max, maxAtUs, runs: runs.length, points };
}

function endOf(
  { startTimeUs, durationUs, retCode, timeLimitMs }: Invocation,
  rule: LostRule,
): number {
  if (retCode !== 2) {
    return startTimeUs + durationUs;
  }
  return Math.min(rule.nowMs * 1000, startTimeUs + 1000 * (timeLimitMs || rule.timeLimitMs));
}

export interface NaiveCell extends Omit<DistributionCell, 'bucket'> {
  readonly from: number;
  readonly to: number;
}

/** @param records those that match the question */
export function naiveDistribution(
  records: readonly Invocation[],
  { stepSeconds, of }: DistributionQuery,
): NaiveCell[] {
  const stepUs = stepSeconds * 1_000_000;
  const cells = new Map<string, NaiveCell>();
  for (const { retCode, startTimeUs, durationUs, memUsageBytes } of records) {
    if (retCode !== 2) {
      const timeUs = Math.floor(startTimeUs / stepUs) * stepUs;
      const bounds = boundsOf(of === 'duration' ? durationUs : memUsageBytes);
      const key = `${timeUs} ${bounds.from}`;
      cells.set(key, { timeUs, ...bounds, count: (cells.get(key)?.count ?? 0) + 1 });
    }
  }
  return [...cells.values()].sort((a, b) => a.timeUs - b.timeUs || a.from - b.from);
}

/** By walking up the bounds: 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20 … */
function boundsOf(value: number): { from: number; to: number } {
  if (value === 0) {
    return { from: 0, to: 1 };
  }
  let from = 1;
  for (;;) {
    const power = 2 ** (from.toString(2).length - 1);
    const to = Math.max(from + 1, from + power / 4);
    if (value < to) {
      return { from, to };
    }
    from = to;
  }
}
