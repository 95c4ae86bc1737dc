// What a wire decoder hands to ingest: one element of a request, read or not.

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
