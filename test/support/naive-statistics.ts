// Figures over many runs, worked out one by one. Slow and plain on purpose; it shares nothing with
// the real ones.

import type { Invocation } from '../../src/domain/invocation.ts';
import { isLost, type LostRule } from '../../src/domain/lost-run.ts';
import type { StatisticsEntry, StatisticsQuery } from '../../src/domain/statistics.ts';

/** @param records those that match the question */
export function naiveStatistics(
  records: readonly Invocation[],
  {
    groupBy,
    stepSeconds,
    percentiles = true,
  }: Pick<StatisticsQuery, 'groupBy' | 'stepSeconds' | 'percentiles'>,
  lostRule: LostRule,
): StatisticsEntry[] {
  const groups = new Map<string, { names: object; records: Invocation[] }>();
  if (groupBy.length === 0) {
    groups.set('{}', { names: {}, records: [] });
  }
  for (const record of records) {
    const stepUs = stepSeconds * 1_000_000;
    const names = {
      ...(groupBy.includes('functionName') ? { functionName: record.functionName } : {}),
      ...(groupBy.includes('qualifier') ? { qualifier: record.qualifier } : {}),
      ...(groupBy.includes('time')
        ? { timeUs: Math.floor(record.startTimeUs / stepUs) * stepUs }
        : {}),
    };
    const key = JSON.stringify(names);
    const group = groups.get(key) ?? { names, records: [] };
    group.records.push(record);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ names, records: members }) => {
      const { duration, memory, ...sums } = figuresOf(members, lostRule);
      const spread = duration === undefined || memory === undefined ? {} : { duration, memory };
      return { ...names, ...sums, ...(percentiles ? spread : {}) };
    })
    .sort(byGroup);
}

function byGroup(one: StatisticsEntry, other: StatisticsEntry): number {
  return (
    (one.timeUs ?? 0) - (other.timeUs ?? 0) ||
    Buffer.compare(bytesOf(one.functionName), bytesOf(other.functionName)) ||
    Buffer.compare(bytesOf(one.qualifier), bytesOf(other.qualifier))
  );
}

function bytesOf(text = ''): Buffer {
  return Buffer.from(text);
}

function figuresOf(records: readonly Invocation[], lostRule: LostRule): StatisticsEntry {
  const ended = records.filter(({ retCode }) => retCode !== 2);
  const unfinished = records.filter(({ retCode }) => retCode === 2);
  const lost = unfinished.filter((record) => isLost(record, lostRule)).length;
  const durations = sorted(ended.map(({ durationUs }) => durationUs));
  const memories = sorted(ended.map(({ memUsageBytes }) => memUsageBytes));
  const shares = ended
    .filter(({ memoryLimitBytes }) => memoryLimitBytes > 0)
    .map(({ memUsageBytes, memoryLimitBytes }) => memUsageBytes / memoryLimitBytes);
  const billed = ended.map(
    ({ billDurationMs, memoryLimitBytes, memUsageBytes }) =>
      (billDurationMs / 1000) * ((memoryLimitBytes || memUsageBytes) / 2 ** 30),
  );
  return {
    runs: records.length,
    ok: ended.filter(({ retCode }) => retCode === 0).length,
    failed: ended.filter(({ retCode }) => retCode !== 0).length,
    running: unfinished.length - lost,
    lost,
    coldStarts: records.filter(({ initDurationUs }) => initDurationUs !== null).length,
    ...(ended.length === 0
      ? {}
      : {
          duration: {
            meanUs: sum(durations) / durations.length,
            p50Us: at(durations, 0.5),
            p90Us: at(durations, 0.9),
            p95Us: at(durations, 0.95),
            p99Us: at(durations, 0.99),
            maxUs: at(durations, 1),
          },
          memory: {
            p95Bytes: at(memories, 0.95),
            maxBytes: at(memories, 1),
            limitBytes: Math.max(...ended.map(({ memoryLimitBytes }) => memoryLimitBytes)),
            shareMax: Math.max(0, ...shares),
          },
        }),
    billedGbSeconds: sum(billed),
  };
}

function sorted(values: number[]): number[] {
  return values.sort((a, b) => a - b);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function at(values: readonly number[], share: number): number {
  return values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0;
}
