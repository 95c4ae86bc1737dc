// Records of every kind, for tests that compare answers with a model: drawn by a small generator
// with a seed, so that a failure can be run again.

import type { Invocation } from '../../src/domain/invocation.ts';
import { buildInvocation } from './build-invocation.ts';

interface Outcome {
  readonly retCode: number;
  readonly statusCode: number;
  readonly invokeFinished: boolean;
  readonly retMsg: string;
}

const outcomes: readonly Outcome[] = [
  { retCode: 0, statusCode: 200, invokeFinished: true, retMsg: '"ok"' },
  { retCode: 1, statusCode: 430, invokeFinished: true, retMsg: 'TypeError: 中文' },
  { retCode: 1, statusCode: 432, invokeFinished: true, retMsg: 'disk full' },
  { retCode: 1, statusCode: 433, invokeFinished: true, retMsg: 'timed out' },
  { retCode: 1, statusCode: 434, invokeFinished: true, retMsg: 'out of memory' },
  { retCode: -1, statusCode: 439, invokeFinished: true, retMsg: 'exited' },
  { retCode: 2, statusCode: 0, invokeFinished: false, retMsg: '' },
  { retCode: 3, statusCode: 499, invokeFinished: true, retMsg: 'interrupted' },
];

const names = ['alpha', 'beta', 'Gamma', '函数'];

export interface DrawOptions {
  readonly count: number;
  readonly seed: number;
  /** Microseconds since 1970: starts lie in the two days from here. */
  readonly fromUs: number;
}

/** Many equal values, so that ties are met: few durations, memories and start seconds. */
export function drawInvocations({ count, seed, fromUs }: DrawOptions): Invocation[] {
  const next = generator(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[next(items.length)] as Item;
  return Array.from({ length: count }, (_, at) => {
    const requestId = `${next(16).toString(16)}-${at}`;
    const durationUs = next(12) * 12_345;
    return buildInvocation({
      ...pick(outcomes),
      namespace: pick(['default', 'default', 'default', 'prod']),
      functionName: pick(names),
      qualifier: pick(['$LATEST', '$LATEST', '3']),
      requestId,
      retryNum: next(3),
      startTimeUs: fromUs + next(172_800) * 1_000_000 + next(3) * 333_333,
      durationUs,
      billDurationMs: Math.ceil(durationUs / 100_000) * 100,
      memUsageBytes: next(6) * 7_340_032,
      log: `START RequestId: ${requestId}\nline ${next(5)} of ${at}\nEND RequestId: ${requestId}`,
      source: 'drawn',
    });
  });
}

/** Numerical Recipes' linear congruential generator: whole numbers below `bound`. */
function generator(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
