// What a wire decoder hands to ingest: one element of a request, read or not.

import type { InvocationBlock } from './invocation-block.ts';

export type Candidate =
  | {
      /** 1-based: the line of NDJSON, or the element of a JSON array. */
      readonly line: number;
      /** Untrusted JSON. */
      readonly value: unknown;
      /** The element's size on the wire. */
      readonly bytes: number;
    }
  | {
      readonly line: number;
      /** Why its bytes are no value. */
      readonly unreadable: string;
    };

/** An element whose bytes have not been looked at yet. */
export interface UnreadCandidate {
  readonly line: number;
  /**
   * Puts the record into a new row of the block, where it is as plain as nearly all are.
   *
   * @returns false where it takes `read` to tell what it is; the block is then as it was
   */
  scanInto(block: InvocationBlock): boolean;
  read(): Candidate;
}
