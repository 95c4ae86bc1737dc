// What memory says of the rows of a batch: new, there already just as they are, or to be looked up.

import type { InvocationBlock } from '../../domain/invocation-block.ts';
import { countRows, type RowPlace, rowsOf, spanOf } from './batch-rows.ts';
import type { WrittenBlock } from './match-tally.ts';
import type { RecentIdentities } from './recent-identities.ts';

/** All other rows of the batch are new. */
export interface SortedRows {
  /** Their identity may be in the store, or comes more than once in the batch. */
  readonly doubtful: readonly RowPlace[];
  readonly duplicates: readonly RowPlace[];
}

/**
 * All rows are noted as stored from here on: where the write fails, they are looked up for nothing
 * later.
 */
export async function sortRows(
  batch: readonly InvocationBlock[],
  recent: RecentIdentities,
): Promise<SortedRows> {
  const [fromUs, toUs] = spanOf(batch);
  const isHeld = fromUs <= toUs && (await recent.prepare(fromUs, toUs));
  const doubtful: RowPlace[] = [];
  const duplicates: RowPlace[] = [];
  const doubtfulHashes = new Set<number>();
  for (const [index, block] of batch.entries()) {
    for (let row = 0; row < block.length; row++) {
      const hash = block.numberAt(row, 'identityHash');
      const startTimeUs = block.numberAt(row, 'startTimeUs');
      if (isHeld && !recent.mayHold(hash, startTimeUs)) {
        recent.add(hash, startTimeUs);
      } else if (recent.holds(fingerprintsAt(block, row))) {
        duplicates.push({ block: index, row });
      } else {
        recent.add(hash, startTimeUs);
        doubtful.push({ block: index, row });
        doubtfulHashes.add(hash);
      }
    }
  }
  if (doubtful.length === 0 || doubtful.length === countRows(batch)) {
    return { doubtful, duplicates };
  }
  // The first of several in this batch was not known yet when its turn came; and what was there as
  // it was may be replaced by another one of the batch.
  const isDoubtful = ({ block, row }: RowPlace) =>
    doubtfulHashes.has(batch[block]?.numberAt(row, 'identityHash') ?? 0);
  return {
    doubtful: rowsOf(batch).filter(isDoubtful),
    duplicates: duplicates.filter((place) => !isDoubtful(place)),
  };
}

/** What memory goes by. */
function fingerprintsAt(block: InvocationBlock, row: number) {
  return {
    hash: block.numberAt(row, 'identityHash'),
    startTimeUs: block.numberAt(row, 'startTimeUs'),
    contentHash: block.numberAt(row, 'contentHash'),
  };
}

/** Tells what is known in memory of a block that has been written. */
export function noteStored(
  recent: RecentIdentities,
  block: InvocationBlock,
  { replaces, replaced }: Pick<WrittenBlock, 'replaces' | 'replaced'>,
): void {
  for (let row = 0; row < block.length; row++) {
    const fingerprints = fingerprintsAt(block, row);
    const before = replaced.get(replaces?.[row] ?? 0);
    if (before !== undefined) {
      recent.noteReplaced(fingerprints.hash, before.startTimeUs);
    }
    recent.noteStored(fingerprints);
  }
}
