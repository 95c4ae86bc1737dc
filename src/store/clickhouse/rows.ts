// Rows of the table `invocations` as a read gives them.

import type { Invocation } from '../../domain/invocation.ts';

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
