// An answer: the rows of one page and how many match in all.

import type { Invocation } from './invocation.ts';

export interface InvocationPage {
  /** Exact number of invocations that match, at the same moment as the rows. */
  readonly total: number;
  readonly invocations: readonly Invocation[];
}
