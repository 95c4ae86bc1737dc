// Records of a file into a store, in requests of bounded size, each durable before the next is
// sent: what comes later in the file counts as newer. A stop half way loses nothing, and running the
// import again stores nothing twice.

import { setTimeout as wait } from 'node:timers/promises';
import type { Candidate } from '../../domain/candidate.ts';
import { AppError } from '../../domain/errors.ts';
import type { Rejection } from '../../domain/receipt.ts';
import {
  type ArchiveOptions,
  nativeOfRow,
  rowsOfReply,
} from '../../wire/archive/vendor-records.ts';
import type { NativeReceipt } from '../../wire/native/encode-receipt.ts';

export interface ImportTally {
  accepted: number;
  replaced: number;
  duplicates: number;
  rejected: number;
}

/** One that was not taken, as it was read; undefined where its bytes are no value. */
export interface RejectedRecord extends Rejection {
  readonly record: unknown;
}

export interface ImportOptions extends ArchiveOptions {
  readonly ingest: (records: readonly unknown[]) => Promise<NativeReceipt>;
  readonly onRejected: (rejected: RejectedRecord) => void;
}

interface Read {
  readonly line: number;
  readonly value: unknown;
}

/** A receipt lists so many rejections, so that every one of a request is told. */
const REQUEST_RECORDS_MAX = 1_000;
const REQUEST_BYTES_MAX = 16 * 1024 * 1024;
const TRIES_MAX = 60;
const RETRY_MS = 1_000;

/**
 * @param tally is counted up as it goes, so that it is right after a failure too
 * @throws AppError as `ingest` does, once trying again has not helped
 */
export async function importRecords(
  candidates: AsyncIterable<Candidate>,
  tally: ImportTally,
  options: ImportOptions,
): Promise<void> {
  let waiting: Read[] = [];
  let bytes = 0;
  const send = async () => {
    const batch = waiting;
    [waiting, bytes] = [[], 0];
    if (batch.length > 0) {
      await sendBatch(batch, tally, options);
    }
  };
  for await (const candidate of candidates) {
    if ('unreadable' in candidate) {
      const { line, unreadable } = candidate;
      reject(tally, options, { line, field: '', reason: unreadable, record: undefined });
      continue;
    }
    const rows = rowsOfReply(candidate.value) ?? [candidate.value];
    for (const row of rows) {
      waiting.push({ line: candidate.line, value: nativeOfRow(row, options) });
      bytes += candidate.bytes / rows.length;
      if (waiting.length >= REQUEST_RECORDS_MAX || bytes >= REQUEST_BYTES_MAX) {
        await send();
      }
    }
  }
  await send();
}

async function sendBatch(
  batch: readonly Read[],
  tally: ImportTally,
  options: ImportOptions,
): Promise<void> {
  const receipt = await ingestPatiently(
    batch.map(({ value }) => value),
    options,
  );
  tally.accepted += receipt.accepted;
  tally.replaced += receipt.replaced;
  tally.duplicates += receipt.duplicates;
  for (const { line: place, field, reason } of receipt.rejected) {
    const read = batch[place - 1];
    reject(tally, options, { line: read?.line ?? 0, field, reason, record: read?.value });
  }
}

/** A server that has too much to do says so, and is asked again. */
async function ingestPatiently(
  records: readonly unknown[],
  { ingest }: ImportOptions,
): Promise<NativeReceipt> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ingest(records);
    } catch (error) {
      const code = error instanceof AppError ? error.code : undefined;
      if (code === 'all_rejected') {
        return (error as AppError).details as unknown as NativeReceipt;
      }
      if (code !== 'overloaded' || tries >= TRIES_MAX) {
        throw error;
      }
      await wait(RETRY_MS);
    }
  }
}

function reject(tally: ImportTally, { onRejected }: ImportOptions, rejected: RejectedRecord): void {
  tally.rejected += 1;
  onRejected(rejected);
}
