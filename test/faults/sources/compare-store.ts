// What the server answers, against what was produced.

import type { Draw } from '../../../bench/seeded-draw.ts';
import { getPage } from '../../support/running-server.ts';
import { assertEqual, readWholeStore } from '../whole-store.ts';
import { differenceFrom, type ProducedRun } from './produced-run.ts';
import { below } from './run-source.ts';

/**
 * Compares everything, page by page, while nobody writes.
 *
 * @throws Error that names the first run that is not there just once, just as it was produced
 */
export async function compareStore(url: string, produced: readonly ProducedRun[]): Promise<void> {
  const found = await readWholeStore(url);
  const byFunction = new Map<string, ProducedRun[]>();
  for (const run of produced) {
    const difference = differenceFrom(run, found.get(run.requestId));
    if (difference !== undefined) {
      throw new Error(`${run.functionName}: ${difference}`);
    }
    byFunction.set(run.functionName, [...(byFunction.get(run.functionName) ?? []), run]);
  }
  const known = new Set(produced.map(({ requestId }) => requestId));
  const others = [...found.values()].filter(({ requestId }) => !known.has(requestId));
  assertEqual(others, [], 'records of runs that nobody produced');
  assertEqual(known.size, produced.length, 'request ids of the runs that were produced');
  for (const [functionName, runs] of byFunction) {
    const failed = runs.filter(({ record }) => record['retCode'] === 1);
    const { total } = (await getPage(url, { functionName, limit: 0 })).body;
    assertEqual(total, runs.length, `total of ${functionName}`);
    const ofFailed = await getPage(url, { functionName, limit: 0, status: 'failed' });
    assertEqual(ofFailed.body.total, failed.length, `total of failed ${functionName}`);
  }
}

export interface SomeOptions {
  readonly draw: Draw;
  readonly count: number;
  /** Whether 503 is an answer: that of a store which is being made whole after its disk was full. */
  readonly mayBeRefused: boolean;
}

/**
 * Asks for some runs by their ids, while others write.
 *
 * @param complete runs of which everything was acknowledged
 * @returns how many of the questions were refused
 */
export async function compareSome(
  url: string,
  complete: readonly ProducedRun[],
  { draw, count, mayBeRefused }: SomeOptions,
): Promise<number> {
  let refused = 0;
  for (let asked = 0; asked < Math.min(count, complete.length); asked++) {
    // Half of them among the newest.
    const from = asked % 2 === 0 ? 0 : Math.max(0, complete.length - count);
    const run = complete[from + below(draw, complete.length - from)];
    if (run === undefined) {
      continue;
    }
    const { requestId } = run;
    const { status, body } = await getPage(url, { requestId });
    if (status === 503 && mayBeRefused) {
      refused += 1;
      continue;
    }
    assertEqual(status, 200, `status of a question for one run, answered ${JSON.stringify(body)}`);
    assertEqual(body.total, 1, `records of the acknowledged run ${requestId}`);
    const difference = differenceFrom(run, body.invocations[0]);
    assertEqual(difference, undefined, `the acknowledged run of ${run.functionName}`);
  }
  return refused;
}
