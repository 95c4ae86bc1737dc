// Which stored records may be the same runs as those of a batch: same identity, start close by.

import type { ClickHouseClient } from '@clickhouse/client';
import { identityKey } from '../../../domain/invocation.ts';
import type { KnownRecord } from '../plan-write.ts';
import { sourceOf } from '../projections.ts';
import { ROW_SETTINGS } from '../rows.ts';
import type { RunTraits } from '../run-counts.ts';
import { selectRows } from '../statement.ts';
import {
  type FindStoredOptions,
  isSought,
  type Sought,
  soughtParameters,
} from './find-duplicates.ts';
import { TRAITS } from './run-traits.ts';

// By fingerprint first, in the narrow projection by start; nearly always that finds nothing.
const findPositionsIn = (from: string, sought: readonly Sought[]) => `
SELECT namespace, functionName, toUnixTimestamp64Micro(startTime) AS startTimeUs, seq
FROM ${from}
WHERE ${isSought(sought)}
LIMIT {limit:UInt64}`;

const FIND_RECORDS = `
SELECT namespace, functionName, requestId, retryNum, seq, contentHash, invokeFinished, retCode,
  ${TRAITS},
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

/** What is stored of a run. */
export type StoredRecord = KnownRecord & RunTraits;

interface KnownRow extends Position {
  readonly requestId: string;
  readonly retryNum: number;
  readonly contentHash: number;
  readonly invokeFinished: number;
  readonly retCode: number;
  readonly late: number;
  readonly cut: number;
  readonly replaced: number;
}

/**
 * @returns the stored records by identity; identities that are new are not in it
 */
export async function findKnownRecords(
  writer: ClickHouseClient,
  sought: readonly Sought[],
  { identityWindowUs, deadlineMs, settledTo }: FindStoredOptions,
): Promise<ReadonlyMap<string, readonly StoredRecord[]>> {
  if (sought.length === 0) {
    return new Map();
  }
  // Records above the mark count as well: a write that was not acknowledged may have got through.
  const { from, settings } = sourceOf('by_start', { mark: Number.MAX_SAFE_INTEGER, settledTo });
  const positions = await selectRows<Position>(writer, {
    sql: findPositionsIn(from, sought),
    parameters: {
      ...soughtParameters(sought, identityWindowUs),
      limit: POSITIONS_MAX,
    },
    settings: { ...ROW_SETTINGS, ...settings },
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

function byIdentity(rows: readonly KnownRow[]): Map<string, StoredRecord[]> {
  const known = new Map<string, StoredRecord[]>();
  for (const row of rows) {
    const identity = identityKey(row);
    const record = {
      seq: row.seq,
      startTimeUs: row.startTimeUs,
      contentHash: row.contentHash,
      invokeFinished: row.invokeFinished === 1,
      retCode: row.retCode,
      late: row.late === 1,
      cut: row.cut === 1,
      replaced: row.replaced === 1,
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
