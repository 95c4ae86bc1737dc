// Rows of the table `invocations`: domain to row, row to domain.

import { type Invocation, identityKey } from '../../domain/invocation.ts';
import { fingerprint } from './invocation-hash.ts';

/** The statement that the rows of `encodeRow` go into. */
export const INSERT_INVOCATIONS = `INSERT INTO invocations
  (seq, replaces, identityHash, contentHash, namespace, functionName, qualifier, requestId,
   retryNum, startTime, durationUs, billDurationMs, memUsageBytes, memoryLimitBytes,
   initDurationUs, retCode, statusCode, invokeFinished, retMsg, log, logCutBytes, traceId,
   source, extra, timeLimitMs, joinState)`;

/** What a read selects to get a row that `decodeRow` takes. */
export const ROW_COLUMNS = `seq, namespace, functionName, qualifier, requestId, retryNum,
  toUnixTimestamp64Micro(startTime) AS startTimeUs, durationUs, billDurationMs, memUsageBytes,
  memoryLimitBytes, initDurationUs, retCode, statusCode, invokeFinished, retMsg, log,
  logCutBytes, traceId, source, extra, timeLimitMs,
  toUnixTimestamp64Milli(ingestTime) AS heardTimeMs`;

export interface InvocationRow {
  readonly seq: number;
  readonly namespace: string;
  readonly functionName: string;
  readonly qualifier: string;
  readonly requestId: string;
  readonly retryNum: number;
  readonly startTimeUs: number;
  readonly durationUs: number;
  readonly billDurationMs: number;
  readonly memUsageBytes: number;
  readonly memoryLimitBytes: number;
  readonly initDurationUs: number | null;
  readonly retCode: number;
  readonly statusCode: number;
  readonly invokeFinished: number;
  readonly retMsg: string;
  readonly log: string;
  readonly logCutBytes: number;
  readonly traceId: string;
  readonly source: string;
  readonly extra: string;
  readonly timeLimitMs: number;
  readonly heardTimeMs: number;
}

/** Numbers come as numbers: every one of ours is below 2^53. */
export const ROW_SETTINGS = { output_format_json_quote_64bit_integers: 0 } as const;

/** A record as it will be stored, before it has a place in the order of ingest. */
export interface PreparedRow {
  readonly identity: string;
  readonly identityHash: number;
  readonly contentHash: number;
  /** The members of the JSON object that do not depend on its place. */
  readonly content: string;
}

/** @param invocation strings must be well-formed Unicode: the engine's parser takes no others */
export function prepareRow(invocation: Invocation): PreparedRow {
  // Written out, so that equal records give equal text whoever built the object.
  const content = JSON.stringify({
    namespace: invocation.namespace,
    functionName: invocation.functionName,
    qualifier: invocation.qualifier,
    requestId: invocation.requestId,
    retryNum: invocation.retryNum,
    startTime: secondsText(invocation.startTimeUs),
    durationUs: invocation.durationUs,
    billDurationMs: invocation.billDurationMs,
    memUsageBytes: invocation.memUsageBytes,
    memoryLimitBytes: invocation.memoryLimitBytes,
    initDurationUs: invocation.initDurationUs,
    retCode: invocation.retCode,
    statusCode: invocation.statusCode,
    invokeFinished: invocation.invokeFinished ? 1 : 0,
    retMsg: invocation.retMsg,
    log: invocation.log,
    logCutBytes: invocation.logCutBytes,
    traceId: invocation.traceId,
    source: invocation.source,
    extra: Object.keys(invocation.extra).length === 0 ? '' : JSON.stringify(invocation.extra),
    timeLimitMs: invocation.timeLimitMs,
    joinState: invocation.joinState ?? '',
  }).slice(1, -1);
  const identity = identityKey(invocation);
  return {
    identity,
    identityHash: fingerprint(identity),
    contentHash: fingerprint(content),
    content,
  };
}

/**
 * @param row a prepared record
 * @param place its ingest sequence, and that of the record whose place it takes (0 for none)
 * @returns one line of JSONEachRow for INSERT_INVOCATIONS
 */
export function encodeRow(row: PreparedRow, place: { seq: number; replaces: number }): string {
  return `{"seq":${place.seq},"replaces":${place.replaces},"identityHash":${row.identityHash},"contentHash":${row.contentHash},${row.content}}`;
}

export function decodeRow(row: InvocationRow): Invocation {
  const { seq: _seq, invokeFinished, heardTimeMs, extra, ...same } = row;
  return {
    ...same,
    ...(invokeFinished === 1 ? {} : { heardTimeMs }),
    invokeFinished: invokeFinished === 1,
    extra: decodeExtra(extra),
  };
}

/** @param extra the column: empty where a record has no unknown fields */
export function decodeExtra(extra: string): Record<string, unknown> {
  return extra === '' ? {} : (JSON.parse(extra) as Record<string, unknown>);
}

/**
 * The engine reads a DateTime64 as seconds with a fraction; a division would lose digits. All ten
 * digits of the seconds are written, since it takes fewer than five for a year.
 */
function secondsText(us: number): string {
  const digits = String(us).padStart(16, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
