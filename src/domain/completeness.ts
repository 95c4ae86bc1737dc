// How complete the records of a function are: what tells a run that is missing from one that never was.

/** A record came late that came this long after the end of its run. */
export const LATE_AFTER_US = 5 * 60 * 1_000_000;

/** Which records. */
export interface CompletenessScope {
  readonly namespace: string;
  readonly functionName?: string | undefined;
  /** The window of starts, in microseconds since 1970: from, inclusive, and to, exclusive. */
  readonly sinceUs?: number | undefined;
  readonly untilUs?: number | undefined;
}

/** Of all records of a function, or of a namespace, in a window. */
export interface Completeness {
  readonly runs: number;
  /** The latest start, in microseconds since 1970; undefined where there are no runs. */
  readonly newestUs: number | undefined;
  /** Came more than LATE_AFTER_US after their end. */
  readonly late: number;
  /** Their log was cut. */
  readonly cut: number;
  /** Took the place of an earlier record of the same run. */
  readonly replaced: number;
  /** Not ended, and still may. */
  readonly running: number;
  /** Never ended, though their time is up. */
  readonly lost: number;
  /** What follows has no mark: it is what has come to the server until now, by whole hours. */
  readonly duplicates: number;
  readonly rejected: number;
}

/** A record that was sent and is not stored. */
export interface UnstoredRecord {
  readonly namespace: string;
  /** Empty where a rejected record does not say. */
  readonly functionName: string;
  /** When it came, where it does not say. */
  readonly startTimeUs: number;
  readonly kind: 'duplicates' | 'rejected';
}
