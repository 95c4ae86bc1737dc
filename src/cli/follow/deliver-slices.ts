// Lines of followed files into a store, on the way that an import takes.

import type { Candidate } from '../../domain/candidate.ts';
import type { ArchiveOptions } from '../../wire/archive/vendor-records.ts';
import { decodeInvocations } from '../../wire/native/decode-invocations.ts';
import type { NativeReceipt } from '../../wire/native/encode-receipt.ts';
import { type ImportTally, importRecords } from '../import/import-records.ts';
import type { RejectedLine } from './follow-rejects.ts';
import type { FileSlice } from './follower.ts';
import type { SliceLine } from './read-slice.ts';

export interface DeliverOptions extends ArchiveOptions {
  /** Waits and tries again by itself. */
  readonly ingest: (records: readonly unknown[]) => Promise<NativeReceipt>;
  /** Counts up over all deliveries. */
  readonly tally: ImportTally;
  readonly recordBytesMax: number;
  /** Rows and replies of GetFunctionLogs are refused. */
  readonly nativeOnly: boolean;
  /** Gets all that were not taken, once the others are durable. */
  readonly onRejected: (rejected: readonly RejectedLine[]) => Promise<void>;
}

interface Placed {
  readonly path: string;
  readonly line: SliceLine;
}

/**
 * @returns after all records are durable, or were handed to `onRejected`
 * @throws AppError as `ingest` does
 */
export async function deliverSlices(
  slices: readonly FileSlice[],
  options: DeliverOptions,
): Promise<void> {
  const places: Placed[] = slices.flatMap(({ path, lines }) =>
    lines.map((line) => ({ path, line })),
  );
  const rejected: RejectedLine[] = [];
  await importRecords(candidatesOf(places, options.recordBytesMax), options.tally, {
    readTime: options.readTime,
    namespace: options.namespace,
    nativeOnly: options.nativeOnly,
    ingest: options.ingest,
    onRejected: ({ line: place, field, reason, record }) => {
      const placed = places[place - 1];
      if (placed !== undefined) {
        const { path, line } = placed;
        rejected.push({ file: path, byte: line.at, field, reason, record, bytes: line.bytes });
      }
    },
  });
  if (rejected.length > 0) {
    await options.onRejected(rejected);
  }
}

/** In place of a line number stands the place in `places`: where a file is taken up, none is known. */
async function* candidatesOf(
  places: readonly Placed[],
  recordBytesMax: number,
): AsyncGenerator<Candidate> {
  for (const [index, { line }] of places.entries()) {
    const place = index + 1;
    if (line.unreadable !== undefined) {
      yield { line: place, unreadable: line.unreadable };
      continue;
    }
    // Each by itself: one that is an array, or no UTF-8, is no matter of the others.
    for (const candidate of decodeInvocations(line.bytes, { recordBytesMax })) {
      yield { ...candidate, line: place };
    }
  }
}
