// The answer to an ingest request.

import type { Receipt, Rejection } from '../../domain/receipt.ts';

export interface NativeReceipt {
  readonly accepted: number;
  readonly replaced: number;
  readonly duplicates: number;
  readonly rejected: readonly Rejection[];
  /** Given where `rejected` lists only the first of them: how many there are in all. */
  readonly rejectedCount?: number;
}

export function encodeReceipt(receipt: Receipt): NativeReceipt {
  const { accepted, replaced, duplicates, rejected, rejectedCount } = receipt;
  const listed = { accepted, replaced, duplicates, rejected };
  return rejectedCount > rejected.length ? { ...listed, rejectedCount } : listed;
}
