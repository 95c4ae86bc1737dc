// What an ingest caller gets back once everything accepted is durable.

/** Why one record of a request was not taken. */
export interface Rejection {
  /** 1-based: the line of NDJSON, or the element of the JSON array. */
  readonly line: number;
  /** The field at fault; empty where the record as a whole is. */
  readonly field: string;
  readonly reason: string;
}

/** What became of one written record. */
export type WriteOutcome = 'accepted' | 'replaced' | 'duplicate';

export interface Receipt {
  /** Records that are new. */
  readonly accepted: number;
  /** Records whose content took the place of an earlier one of the same identity. */
  readonly replaced: number;
  /** Records that were there already, with the same content or a newer one. */
  readonly duplicates: number;
  /** How many records were refused; `rejected` lists the first of them. */
  readonly rejectedCount: number;
  readonly rejected: readonly Rejection[];
}
