// Joins fragments to records, as requests bring them.

import type { Fragment, RunFacts } from '../../src/domain/fragment.ts';
import type { Invocation } from '../../src/domain/invocation.ts';
import { joinFragments } from '../../src/ingest/join-fragments.ts';
import { buildFragment } from './build-fragment.ts';

/** Larger than any log of a test that is not about it. */
export const logBytesMax = 1_000_000;

/** Joins requests one after the other; what is known goes through the store in between. */
export function joinAll(
  requests: readonly (readonly Fragment[])[],
  options = { logBytesMax },
  stored?: Invocation,
): { record: Invocation; news: boolean[] } {
  const news: boolean[] = [];
  let known = stored;
  for (const fragments of requests) {
    const joined = joinFragments(known, fragments, options);
    known = JSON.parse(JSON.stringify(joined.invocation)) as Invocation;
    news.push(...joined.news);
  }
  if (known === undefined) {
    throw new RangeError('nothing was joined');
  }
  return { record: known, news };
}

/** @returns the record of fragments that come in one request */
export function join(...fragments: Fragment[]): Invocation {
  return joinFragments(undefined, fragments, { logBytesMax }).invocation;
}

/** @returns the record of fragments that tell these facts */
export function joinFacts(...facts: RunFacts[]): Invocation {
  return join(...facts.map((own) => buildFragment({ facts: own })));
}
