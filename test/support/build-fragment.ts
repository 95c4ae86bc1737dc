// Fragments of a run from the few fields that a test is about.

import type { Fragment, FragmentCandidate } from '../../src/domain/fragment.ts';

export const T0_US = Date.UTC(2026, 0, 1) * 1000;

/** Says nothing but that there is a run. */
export function buildFragment(given: Partial<Fragment> = {}): Fragment {
  return {
    namespace: 'default',
    functionName: 'hello',
    requestId: 'request-1',
    retryNum: 0,
    timeUs: T0_US,
    facts: {},
    lines: [],
    source: 'test',
    ...given,
  };
}

/** What a decoder would have made of these events. */
export function candidatesOf(fragments: readonly Fragment[]): FragmentCandidate[] {
  return fragments.map((fragment, at) => ({ line: at + 1, fragment, bytes: 100 }));
}
