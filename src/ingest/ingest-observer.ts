// What ingest tells whoever counts: the metrics, or nobody.

import type { ErrorCode } from '../domain/errors.ts';
import type { Receipt } from '../domain/receipt.ts';

interface Commit {
  readonly records: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** Why one record or event of a request was not taken. */
export type RejectionKind =
  /** Its bytes are no value, or it is too large to be read. */
  | 'unreadable'
  /** A field has a value that is not accepted, or is missing. */
  | 'invalid_field'
  /** The key may not write to its namespace. */
  | 'forbidden_namespace'
  /** An event that is of no run that is known. */
  | 'no_run';

export interface IngestObserver {
  /** So many records or events came from a kind of source. */
  received(source: string, records: number): void;
  /** So many of them were refused for this. */
  rejected(source: string, kind: RejectionKind, records: number): void;
  /** What became of the others, once that is durable. */
  receipt(source: string, receipt: Receipt): void;
  /** Logs over the bound were cut. */
  cut(source: string, records: number, bytes: number): void;
  /** A whole request was refused. */
  refused(source: string, code: ErrorCode): void;
  /** A batch became durable. */
  committed(commit: Commit): void;
  /** The latest start among the records of a batch that became durable. */
  newestStart(startTimeUs: number): void;
  /** A rule of redaction has replaced something so often. */
  redacted(rule: string, count: number): void;
}

/** For where nobody counts. */
export const silentObserver: IngestObserver = {
  received: () => undefined,
  rejected: () => undefined,
  receipt: () => undefined,
  cut: () => undefined,
  refused: () => undefined,
  committed: () => undefined,
  newestStart: () => undefined,
  redacted: () => undefined,
};
