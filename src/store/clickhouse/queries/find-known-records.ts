// Which stored records may be the same runs as those of a batch: same identity, start close by.

import type { ClickHouseClient } from '@clickhouse/client';
import type { Invocation } from '../../../domain/invocation.ts';
import { identityKey } from '../../../domain/invocation.ts';
import type { KnownRecord } from '../plan-write.ts';
import { type PreparedRow, ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';

// By fingerprint first, in the narrow projection by start; nearly always that finds nothing.
// Records above the mark count as well: a write that was not acknowledged may have got through.
const FIND_POSITIONS = `
SELECT namespace, functionName, toUnixTimestamp64Micro(startTime) AS startTimeUs, seq
FROM mergeTreeProjection(currentDatabase(), 'invocations', 'by_start')
WHERE namespace IN {namespaces:Array(String)}
  AND startTime >= fromUnixTimestamp64Micro({fromUs:Int64})
  AND startTime <= fromUnixTimestamp64Micro({toUs:Int64})
  AND identityHash IN {hashes:Array(UInt64)}
  AND seq NOT IN (SELECT seq FROM superseded)
LIMIT {limit:UInt64}`;

const FIND_RECORDS = `
SELECT namespace, functionName, requestId, retryNum, seq, contentHash, invokeFinished,
  toUnixTimestamp64Micro(startTime) AS startTimeUs
FROM invocations
WHERE (namespace, functionName, startTime, seq) IN (
  SELECT at.1, at.2, fromUnixTimestamp64Micro(at.3), at.4
  FROM (
    SELECT arrayJoin(arrayZip(
      {namespaces:Array(String)}, {functionNames:Array(String)},
      {startTimesUs:Array(Int64)}, {seqs:Array(UInt64)})) AS at
  )
)
LIMIT {limit:UInt64}`;

/**
 * More stored records than this under the identities of one batch cannot be: a batch is smaller,
 * and an identity is there once an hour.
 */
const POSITIONS_MAX = 1_000_000;

interface Position {
  readonly namespace: string;
  readonly functionName: string;
  readonly startTimeUs: number;
  readonly seq: number;
}

interface KnownRow extends Position {
  readonly requestId: string;
  readonly retryNum: number;
  readonly contentHash: number;
  readonly invokeFinished: number;
}

export interface FindKnownOptions {
  readonly identityWindowUs: number;
  readonly deadlineMs: number;
}

/**
 * @param batch not empty
 * @returns the stored records by identity; identities that are new are not in it
 */
export async function findKnownRecords(
  writer: ClickHouseClient,
  batch: readonly Invocation[],
  prepared: readonly PreparedRow[],
  { identityWindowUs, deadlineMs }: FindKnownOptions,
): Promise<ReadonlyMap<string, readonly KnownRecord[]>> {
  let fromUs = Number.POSITIVE_INFINITY;
  let toUs = 0;
  for (const { startTimeUs } of batch) {
    fromUs = Math.min(fromUs, startTimeUs);
    toUs = Math.max(toUs, startTimeUs);
  }
  const positions = await selectRows<Position>(writer, {
    sql: FIND_POSITIONS,
    parameters: {
      namespaces: [...new Set(batch.map(({ namespace }) => namespace))],
      fromUs: fromUs - identityWindowUs,
      toUs: toUs + identityWindowUs,
      hashes: prepared.map(({ identityHash }) => identityHash),
      limit: POSITIONS_MAX,
    },
    settings: ROW_SETTINGS,
    deadlineMs,
  });
  if (positions.length === 0) {
    return new Map();
  }
  return byIdentity(await recordsAt(writer, positions, deadlineMs));
}

function recordsAt(
  writer: ClickHouseClient,
  positions: readonly Position[],
  deadlineMs: number,
): Promise<KnownRow[]> {
  return selectRows<KnownRow>(writer, {
    sql: FIND_RECORDS,
    parameters: {
      namespaces: positions.map(({ namespace }) => namespace),
      functionNames: positions.map(({ functionName }) => functionName),
      startTimesUs: positions.map(({ startTimeUs }) => startTimeUs),
      seqs: positions.map(({ seq }) => seq),
      limit: positions.length,
    },
    settings: { ...ROW_SETTINGS, optimize_use_projections: 0 },
    deadlineMs,
  });
}

function byIdentity(rows: readonly KnownRow[]): Map<string, KnownRecord[]> {
  const known = new Map<string, KnownRecord[]>();
  for (const row of rows) {
    const identity = identityKey(row);
    const record = {
      seq: row.seq,
      startTimeUs: row.startTimeUs,
      contentHash: row.contentHash,
      invokeFinished: row.invokeFinished === 1,
    };
    const same = known.get(identity);
    if (same === undefined) {
      known.set(identity, [record]);
    } else {
      same.push(record);
    }
  }
  return known;
}
