// Records of a file into a store: each request is durable before the next is sent. A stop half way
// loses nothing, and running the import again stores nothing twice.

import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../domain/errors.ts';
import {
  type ArchiveOptions,
  nativeOfRow,
  rowsOfReply,
} from '../../wire/archive/vendor-records.ts';
import type { NativeReceipt } from '../../wire/native/encode-receipt.ts';
import {
  type DeliverOptions,
  deliverBatches,
  type ImportTally,
  type Item,
  type Outcome,
} from './deliver-batches.ts';

export type { ImportTally, RejectedRecord } from './deliver-batches.ts';

export interface ImportOptions
  extends ArchiveOptions,
    Pick<DeliverOptions, 'onRejected' | 'onDone' | 'signal'> {
  readonly ingest: (records: readonly unknown[]) => Promise<NativeReceipt>;
  /** Rows and replies of GetFunctionLogs are taken as they are, and so refused; default: false. */
  readonly nativeOnly?: boolean;
}

const REQUEST_RECORDS_MAX = 10_000;
const REQUEST_BYTES_MAX = 16 * 1024 * 1024;
const TRIES_MAX = 60;
const RETRY_MS = 1_000;
/** Said by a server that has too much to do. */
const WAIT_CODES: readonly string[] = ['overloaded', 'rate_limited'];

/**
 * @param tally is counted up as it goes, so that it is right after a failure too
 * @throws AppError as `ingest` does, once trying again has not helped
 */
export async function importRecords(
  candidates: AsyncIterable<Item>,
  tally: ImportTally,
  options: ImportOptions,
): Promise<void> {
  const { ingest, onRejected, onDone, signal } = options;
  await deliverBatches(recordsOf(candidates, options), tally, {
    recordsMax: REQUEST_RECORDS_MAX,
    bytesMax: REQUEST_BYTES_MAX,
    send: (records) => sendRecords(records, (some) => patiently(() => ingest(some), signal)),
    onRejected,
    ...(onDone === undefined ? {} : { onDone }),
    signal,
  });
}

async function* recordsOf(
  candidates: AsyncIterable<Item>,
  options: ImportOptions,
): AsyncGenerator<Item> {
  for await (const item of candidates) {
    if ('unreadable' in item || options.nativeOnly === true) {
      yield item;
      continue;
    }
    const rows = rowsOfReply(item.value);
    if (rows === undefined) {
      const value = nativeOfRow(item.value, options);
      yield value === item.value ? item : { ...item, value };
      continue;
    }
    const { after, ...one } = { ...item, bytes: item.bytes / Math.max(rows.length, 1) };
    for (const [index, row] of rows.entries()) {
      const isLast = index === rows.length - 1 && after !== undefined;
      yield { ...one, value: nativeOfRow(row, options), ...(isLast ? { after } : {}) };
    }
  }
}

/**
 * A receipt lists only the first rejections. So that each is told, what follows the last listed one
 * is sent again, which stores nothing twice and counts for nothing but its rejections.
 */
async function sendRecords(
  records: readonly unknown[],
  ingest: ImportOptions['ingest'],
): Promise<Outcome> {
  const { accepted, replaced, duplicates, ...first } = await sendInParts(records, ingest);
  const rejected = first.rejected.map(({ line, ...why }) => ({ ...why, index: line - 1 }));
  const rejectedCount = first.rejectedCount ?? rejected.length;
  while (rejected.length < rejectedCount) {
    const begin = (rejected.at(-1)?.index ?? -1) + 1;
    const rest = await sendInParts(records.slice(begin), ingest);
    if (rest.rejected.length === 0) {
      break;
    }
    rejected.push(
      ...rest.rejected.map(({ line, ...why }) => ({ ...why, index: begin + line - 1 })),
    );
  }
  return { accepted, replaced, duplicates, rejectedCount, rejected };
}

/** A server with smaller bounds than the usual ones takes the same in smaller requests. */
async function sendInParts(
  records: readonly unknown[],
  ingest: ImportOptions['ingest'],
): Promise<NativeReceipt> {
  try {
    return await ingest(records);
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    if (error.code === 'all_rejected') {
      return error.details as unknown as NativeReceipt;
    }
    if (error.code !== 'body_too_large') {
      throw error;
    }
    if (records.length === 1) {
      const rejected = [{ line: 1, field: '', reason: error.message }];
      return { accepted: 0, replaced: 0, duplicates: 0, rejected };
    }
  }
  const half = Math.ceil(records.length / 2);
  const first = await sendInParts(records.slice(0, half), ingest);
  const second = await sendInParts(records.slice(half), ingest);
  const count = (name: 'accepted' | 'replaced' | 'duplicates') => first[name] + second[name];
  return {
    accepted: count('accepted'),
    replaced: count('replaced'),
    duplicates: count('duplicates'),
    rejected: [
      ...first.rejected,
      ...second.rejected.map((one) => ({ ...one, line: one.line + half })),
    ],
    rejectedCount: [first, second].reduce(
      (sum, { rejected, rejectedCount = rejected.length }) => sum + rejectedCount,
      0,
    ),
  };
}

/**
 * A server that has too much to do says so, and is asked again.
 *
 * @throws the signal's reason where it stops the waiting
 */
export async function patiently<Answer>(
  ask: () => Promise<Answer>,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const isBusy = error instanceof AppError && WAIT_CODES.includes(error.code);
      if (!isBusy || tries >= TRIES_MAX) {
        throw error;
      }
    }
    signal?.throwIfAborted();
    await wait(RETRY_MS, undefined, signal === undefined ? {} : { signal });
  }
}
