// An answer: the rows of one page and how many match in all.

import type { Completeness } from './completeness.ts';
import type { Invocation } from './invocation.ts';
import type { PagePosition } from './page-position.ts';

export interface InvocationPage {
  /** Exact number of invocations that match, at the same moment as the rows. */
  readonly total: number;
  readonly invocations: readonly Invocation[];
  /**
   * The ingest sequence that the answer is about. A query with this `asOf` gets the same order and
   * total, whatever has come in since.
   */
  readonly asOf: number;
  /** Of all records of the function, or of the namespace, in the window; where that was asked for. */
  readonly completeness?: Completeness;
  /** The place of the last row, where more follow it and where that was asked for. */
  readonly next?: PagePosition;
}
