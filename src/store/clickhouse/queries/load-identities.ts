// The fingerprints of all identities with starts in some hours, for the memory of the writer.

import type { ClickHouseClient } from '@clickhouse/client';
import type { HeldIdentity } from '../recent-identities.ts';
import { selectBytes } from '../statement.ts';
import { uint64At } from './find-duplicates.ts';

// Records that were replaced count as well: they only cause a look-up more. The projection is the
// engine's choice here: it takes the one by start, and the table where a part has none yet.
const LOAD = `
SELECT
  toUInt64(toUnixTimestamp64Micro(startTime)),
  identityHash,
  toUInt64(if(seq IN hidden, 0, contentHash))
FROM invocations
WHERE startTime >= fromUnixTimestamp64Micro({fromUs:Int64})
  AND startTime < fromUnixTimestamp64Micro({toUs:Int64})
LIMIT {limit:UInt64}`;

const ROW_BYTES = 24;

export interface LoadIdentitiesOptions {
  readonly fromUs: number;
  readonly toUs: number;
  readonly hashesMax: number;
  readonly deadlineMs: number;
}

/** @returns undefined where there are more than `hashesMax` */
export async function loadIdentities(
  writer: ClickHouseClient,
  { fromUs, toUs, hashesMax, deadlineMs }: LoadIdentitiesOptions,
): Promise<Iterable<HeldIdentity> | undefined> {
  const bytes = await selectBytes(writer, {
    sql: LOAD,
    parameters: { fromUs, toUs, limit: hashesMax + 1 },
    deadlineMs,
  });
  return bytes.length / ROW_BYTES > hashesMax ? undefined : identitiesIn(bytes);
}

function* identitiesIn(bytes: Buffer): Generator<HeldIdentity> {
  for (let at = 0; at + ROW_BYTES <= bytes.length; at += ROW_BYTES) {
    yield {
      startTimeUs: uint64At(bytes, at),
      hash: uint64At(bytes, at + 8),
      contentHash: uint64At(bytes, at + 16),
    };
  }
}
