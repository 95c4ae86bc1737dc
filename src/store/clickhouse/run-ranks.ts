// Where runs stand among those of their function, and which count as slow.

import type { ClickHouseClient } from '@clickhouse/client';
import type { Invocation, RunRank } from '../../domain/invocation.ts';
import type { InvocationQuery } from '../../domain/invocation-query.ts';
import type { CountOptions } from './queries/count-matches.ts';
import type { SlowThresholds } from './queries/match-conditions.ts';
import { readMedians, readRanks } from './queries/read-medians.ts';
import type { ReaderPool } from './reader-pool.ts';

/** @returns the question with the medians that it is about, where it is about any */
export async function withMedians<
  Query extends Pick<InvocationQuery, 'namespace' | 'functionName' | 'slowerThan'>,
>(
  readers: ReaderPool,
  query: Query,
  at: CountOptions,
): Promise<Query & { readonly slowThresholds?: SlowThresholds }> {
  const { namespace, functionName, slowerThan } = query;
  if (slowerThan === undefined || 'us' in slowerThan) {
    return query;
  }
  const about = { namespace, ...(functionName === undefined ? {} : { functionName }) };
  const medians = await readers.use((client) => readMedians(client, about, at));
  return {
    ...query,
    slowThresholds: {
      names: medians.map((median) => median.functionName),
      limitsUs: medians.map(({ medianUs }) => Math.floor(medianUs * slowerThan.times)),
    },
  };
}

/** @returns the same records, with their ranks where they have ended */
export async function withRanks(
  client: ClickHouseClient,
  invocations: readonly Invocation[],
  namespace: string,
  at: CountOptions,
): Promise<readonly Invocation[]> {
  const ended = invocations.filter(({ retCode }) => retCode !== 2);
  if (ended.length === 0) {
    return invocations;
  }
  const durationsUs = [...new Set(ended.map(({ durationUs }) => durationUs))];
  const functionNames = [...new Set(ended.map(({ functionName }) => functionName))];
  const ranks = await readRanks(client, { namespace, functionNames, durationsUs }, at);
  const byFunction = new Map(ranks.map((one) => [one.functionName, one]));
  return invocations.map((invocation) => {
    const { functionName, durationUs, retCode } = invocation;
    const ofFunction = byFunction.get(functionName);
    if (retCode === 2 || ofFunction === undefined) {
      return invocation;
    }
    const { among, medianUs, atMost } = ofFunction;
    const atMostThis = atMost[durationsUs.indexOf(durationUs)] ?? 0;
    const rank: RunRank = { percentile: (100 * atMostThis) / among, among, medianUs };
    return { ...invocation, rank };
  });
}
