// The rows of a batch of blocks by their places: finding them, taking them up for a look-up, leaving
// them out.

import { identityKey } from '../../domain/invocation.ts';
import type { InvocationBlock } from '../../domain/invocation-block.ts';
import type { IncomingRecord } from './plan-write.ts';
import type { Sought } from './queries/find-duplicates.ts';

/** A row of a batch. */
export interface RowPlace {
  readonly block: number;
  readonly row: number;
}

/** What is to be written of one block. */
export interface BlockToWrite {
  readonly block: InvocationBlock;
  /** Undefined: all rows are new. */
  readonly replaces: readonly number[] | undefined;
}

export function spanOf(batch: readonly InvocationBlock[]): [fromUs: number, toUs: number] {
  let [fromUs, toUs] = [Number.POSITIVE_INFINITY, 0];
  for (const block of batch) {
    for (let row = 0; row < block.length; row++) {
      const startTimeUs = block.numberAt(row, 'startTimeUs');
      fromUs = Math.min(fromUs, startTimeUs);
      toUs = Math.max(toUs, startTimeUs);
    }
  }
  return [fromUs, toUs];
}

export function countRows(batch: readonly InvocationBlock[]): number {
  return batch.reduce((sum, { length }) => sum + length, 0);
}

export function rowsOf(batch: readonly InvocationBlock[]): RowPlace[] {
  return batch.flatMap(({ length }, block) =>
    Array.from({ length }, (_, row): RowPlace => ({ block, row })),
  );
}

export function soughtRows(
  batch: readonly InvocationBlock[],
  places: readonly RowPlace[],
): (Sought & RowPlace)[] {
  // Mostly the same as in the row before, which costs less to see than to read it anew.
  let [namespace, known] = ['', { block: -1, row: -1 }];
  return places.map(({ block: index, row }) => {
    const block = blockAt(batch, index);
    const column = block.texts.namespace;
    if (known.block !== index || !column.sameAt(row, known.row)) {
      namespace = column.textAt(row);
    }
    known = { block: index, row };
    return {
      ...known,
      namespace,
      identityHash: block.numberAt(row, 'identityHash'),
      contentHash: block.numberAt(row, 'contentHash'),
      startTimeUs: block.numberAt(row, 'startTimeUs'),
    };
  });
}

export function blockAt(batch: readonly InvocationBlock[], index: number): InvocationBlock {
  const block = batch[index];
  if (block === undefined) {
    throw new RangeError('a row of no block');
  }
  return block;
}

export function incomingRecord(
  block: InvocationBlock,
  sought: Sought & RowPlace,
): IncomingRecord & Sought {
  const { texts } = block;
  const { row, namespace } = sought;
  return {
    ...sought,
    identity: identityKey({
      namespace,
      functionName: texts.functionName.textAt(row),
      requestId: texts.requestId.textAt(row),
      retryNum: block.numberAt(row, 'retryNum'),
    }),
    invokeFinished: block.numberAt(row, 'invokeFinished') === 1,
  };
}

export function selectRows(
  block: InvocationBlock,
  isLeftOut: readonly boolean[] = [],
  replaces: readonly number[] = [],
): BlockToWrite {
  const rows = Array.from({ length: block.length }, (_, row) => row).filter(
    (row) => isLeftOut[row] !== true,
  );
  return rows.length === block.length
    ? { block, replaces }
    : { block: block.select(rows), replaces: rows.map((row) => replaces[row] ?? 0) };
}

/**
 * @param seqFirst of the first row
 * @returns rows for the table `superseded`
 */
export function supersededRows(blocks: readonly BlockToWrite[], seqFirst: number): string[] {
  const rows: string[] = [];
  let seq = seqFirst;
  for (const { block, replaces } of blocks) {
    for (const [row, replaced] of (replaces ?? []).entries()) {
      if (replaced !== 0) {
        rows.push(JSON.stringify({ seq: replaced, replacedBy: seq + row }));
      }
    }
    seq += block.length;
  }
  return rows;
}

export function set<Value>(values: Value[] | undefined, index: number, value: Value): void {
  if (values !== undefined) {
    values[index] = value;
  }
}
