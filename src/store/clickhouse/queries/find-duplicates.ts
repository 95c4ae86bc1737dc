// Which records of a batch are stored already just as they are: told by two fingerprints alone, that
// of the identity and that of the content.

import type { ClickHouseClient } from '@clickhouse/client';
import { sourceOf } from '../projections.ts';
import { selectBytes } from '../statement.ts';

/** What of an incoming record it takes to find it. */
export interface Sought {
  readonly namespace: string;
  readonly startTimeUs: number;
  readonly identityHash: number;
  readonly contentHash: number;
}

export interface FindStoredOptions {
  readonly identityWindowUs: number;
  /** See ReadMoment; records beyond it are looked for as well. */
  readonly settledTo: number;
  readonly deadlineMs: number;
}

/**
 * A condition on the projection by start, with `soughtParameters`. The fingerprints, which are numbers
 * of our own making, stand in it as one text that is read as an array: ten thousand literals in a
 * list take the engine five times as long, and so does a text of that size as a parameter.
 */
export function isSought(sought: readonly Sought[]): string {
  const hashes = new Set(sought.map(({ identityHash }) => identityHash));
  return `namespace IN {namespaces:Array(String)}
  AND startTime >= fromUnixTimestamp64Micro({fromUs:Int64})
  AND startTime <= fromUnixTimestamp64Micro({toUs:Int64})
  AND identityHash IN (SELECT arrayJoin(CAST('[${[...hashes].join(',')}]', 'Array(UInt64)')))
  AND seq NOT IN hidden`;
}

const ROW_BYTES = 16;
const TWO_32 = 0x1_0000_0000;
/** An identity is stored once an hour; a batch is smaller than this. */
const FOUND_MAX = 1_000_000;

/** @param sought not empty */
export function soughtParameters(sought: readonly Sought[], identityWindowUs: number) {
  let fromUs = Number.POSITIVE_INFINITY;
  let toUs = 0;
  for (const { startTimeUs } of sought) {
    fromUs = Math.min(fromUs, startTimeUs);
    toUs = Math.max(toUs, startTimeUs);
  }
  return {
    namespaces: [...new Set(sought.map(({ namespace }) => namespace))],
    fromUs: fromUs - identityWindowUs,
    toUs: toUs + identityWindowUs,
  };
}

/**
 * @returns the records that are stored as they are, and the others, in their order: those may be
 *   new, or take the place of a stored one. Where one identity comes with several contents, all of
 *   its records are among the others.
 */
export async function findDuplicates<Row extends Sought>(
  client: ClickHouseClient,
  sought: readonly Row[],
  { identityWindowUs, settledTo, deadlineMs }: FindStoredOptions,
): Promise<{ readonly duplicates: readonly Row[]; readonly others: readonly Row[] }> {
  // Records above the mark count as well: a write that was not acknowledged may have got through.
  const { from, settings } = sourceOf('by_start', { mark: Number.MAX_SAFE_INTEGER, settledTo });
  const bytes = await selectBytes(client, {
    sql: `SELECT identityHash, contentHash\nFROM ${from}\nWHERE ${isSought(sought)}\nLIMIT {limit:UInt64}`,
    parameters: { ...soughtParameters(sought, identityWindowUs), limit: FOUND_MAX },
    settings,
    deadlineMs,
  });
  // A fingerprint of the content covers the start: the same one is the same run.
  const stored = contentsIn(bytes);
  const isStored = ({ identityHash, contentHash }: Sought) =>
    stored.get(identityHash)?.includes(contentHash) === true;
  const changed = new Set(
    sought.filter((row) => !isStored(row)).map(({ identityHash }) => identityHash),
  );
  return {
    duplicates: sought.filter(({ identityHash }) => !changed.has(identityHash)),
    others: sought.filter(({ identityHash }) => changed.has(identityHash)),
  };
}

/** By the fingerprint of the identity, those of the contents that are stored under it. */
function contentsIn(bytes: Buffer): Map<number, number[]> {
  const contents = new Map<number, number[]>();
  for (let at = 0; at + ROW_BYTES <= bytes.length; at += ROW_BYTES) {
    const identityHash = uint64At(bytes, at);
    const contentHash = uint64At(bytes, at + 8);
    const same = contents.get(identityHash);
    if (same === undefined) {
      contents.set(identityHash, [contentHash]);
    } else {
      same.push(contentHash);
    }
  }
  return contents;
}

/** Below 2^53, as every number of ours. */
export function uint64At(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at + 4) * TWO_32 + bytes.readUInt32LE(at);
}
