// The stored records that fragments of runs may belong to, with what joining them needs.

import type { ClickHouseClient } from '@clickhouse/client';
import { AppError } from '../../../domain/errors.ts';
import { type Invocation, identityKey } from '../../../domain/invocation.ts';
import type { ReadOptions, RunIdentity, StartRange } from '../../../domain/ports.ts';
import { type ReadMoment, sourceOf } from '../projections.ts';
import { decodeRow, type InvocationRow, ROW_COLUMNS, ROW_SETTINGS } from '../rows.ts';
import { selectRows } from '../statement.ts';
import {
  AT_POSITIONS,
  positionParameters,
  positionSettings,
  type RowPosition,
} from './at-positions.ts';
import { VISIBLE } from './match-conditions.ts';

const findPositionsIn = (from: string) => `
SELECT requestId, functionName, toUnixTimestamp64Micro(startTime) AS startTimeUs, seq
FROM ${from}
WHERE namespace = {namespace:String}
  AND requestId IN {requestIds:Array(String)}
  AND functionName IN {functionNames:Array(String)}
  AND startTime >= fromUnixTimestamp64Micro({sinceUs:Int64})
  AND startTime <= fromUnixTimestamp64Micro({untilUs:Int64})
  AND ${VISIBLE}
LIMIT {limit:UInt64}`;

const ROWS_AT = `
SELECT ${ROW_COLUMNS}, joinState
FROM invocations
WHERE ${AT_POSITIONS}
LIMIT {limit:UInt64}`;

/** Of one namespace. A run has one record, a request id a handful of them. */
const RECORDS_MAX = 10_000;

export interface FindJoinableOptions extends ReadMoment, ReadOptions {
  /** All records together; over it AppError page_too_large. */
  readonly bytesMax: number;
}

/** @returns the records, in no order */
export async function findJoinable(
  client: ClickHouseClient,
  runs: readonly RunIdentity[],
  range: StartRange,
  options: FindJoinableOptions,
): Promise<Invocation[]> {
  const found: Invocation[] = [];
  for (const namespace of new Set(runs.map((run) => run.namespace))) {
    const members = runs.filter((run) => run.namespace === namespace);
    const positions = await findPositions(client, members, { ...range, ...options, namespace });
    if (positions.length > 0) {
      found.push(...(await readRows(client, namespace, positions, options)));
    }
  }
  const wanted = new Set(runs.map(identityKey));
  return found.filter((record) => wanted.has(identityKey(record)));
}

async function findPositions(
  client: ClickHouseClient,
  runs: readonly RunIdentity[],
  at: StartRange & FindJoinableOptions & { readonly namespace: string },
): Promise<RowPosition[]> {
  const { namespace, sinceUs, untilUs, deadlineMs, bounds, mark } = at;
  const { from, settings } = sourceOf('by_request', at);
  const positions = await selectRows<RowPosition & { requestId: string }>(client, {
    sql: findPositionsIn(from),
    parameters: {
      namespace,
      requestIds: [...new Set(runs.map(({ requestId }) => requestId))],
      functionNames: [...new Set(runs.map(({ functionName }) => functionName))],
      sinceUs,
      untilUs,
      mark,
      limit: RECORDS_MAX + 1,
    },
    settings: { ...ROW_SETTINGS, ...settings },
    deadlineMs,
    bounds,
  });
  if (positions.length > RECORDS_MAX) {
    throw new AppError(
      'page_too_large',
      `these ${runs.length} runs have over ${RECORDS_MAX} records; ask for fewer runs`,
      { details: { recordsMax: RECORDS_MAX } },
    );
  }
  return positions;
}

async function readRows(
  client: ClickHouseClient,
  namespace: string,
  positions: readonly RowPosition[],
  { bytesMax, deadlineMs, bounds }: FindJoinableOptions,
): Promise<Invocation[]> {
  const rows = await selectRows<InvocationRow & { joinState: string }>(client, {
    sql: ROWS_AT,
    parameters: { ...positionParameters(namespace, positions), limit: positions.length },
    settings: positionSettings(bytesMax),
    deadlineMs,
    bounds,
  });
  return rows.map(({ joinState, ...row }) => ({
    ...decodeRow(row),
    ...(joinState !== '' && { joinState }),
  }));
}
