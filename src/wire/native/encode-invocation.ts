// A record on the native wire: RFC 3339 UTC to the microsecond, durations in milliseconds, memory
// in bytes. Unknown fields of an ingested record stand beside the known ones, as they came in.

import { type Invocation, RET_CODE_RUNNING } from '../../domain/invocation.ts';

/** The JSON shape that both ingest and query use. */
export interface NativeInvocation extends Readonly<Record<string, unknown>> {
  readonly functionName: string;
  readonly requestId: string;
  readonly startTime: string;
}

export function encodeInvocation(invocation: Invocation): NativeInvocation {
  const { startTimeUs, durationUs, initDurationUs, extra } = invocation;
  return {
    ...extra,
    namespace: invocation.namespace,
    functionName: invocation.functionName,
    qualifier: invocation.qualifier,
    requestId: invocation.requestId,
    retryNum: invocation.retryNum,
    startTime: rfc3339(startTimeUs),
    duration: durationUs / 1000,
    billDuration: invocation.billDurationMs,
    memUsage: invocation.memUsageBytes,
    memoryLimit: invocation.memoryLimitBytes,
    ...(invocation.timeLimitMs === 0 ? {} : { timeLimit: invocation.timeLimitMs }),
    ...(initDurationUs === null ? {} : { initDuration: initDurationUs / 1000 }),
    retCode: invocation.retCode,
    statusCode: invocation.statusCode,
    invokeFinished: invocation.invokeFinished ? 1 : 0,
    retMsg: invocation.retMsg,
    log: invocation.log,
    ...(invocation.logCutBytes === 0 ? {} : { logCutBytes: invocation.logCutBytes }),
    traceId: invocation.traceId,
    source: invocation.source,
    ...unfinishedFields(invocation),
    ...rankFields(invocation),
  };
}

function rankFields({ rank, durationUs }: Invocation): object {
  if (rank === undefined) {
    return {};
  }
  const { percentile, among, medianUs } = rank;
  const timesMedian = medianUs === 0 ? null : durationUs / medianUs;
  return { rank: { percentile, among, median: medianUs / 1000, timesMedian } };
}

/** Of a run that has not ended as far as we know; not read when such a record is ingested again. */
function unfinishedFields({ retCode, lost, heardTimeMs }: Invocation): object {
  return {
    ...(retCode === RET_CODE_RUNNING ? { runStatus: lost === true ? 'lost' : 'running' } : {}),
    ...(heardTimeMs === undefined ? {} : { lastHeard: rfc3339(heardTimeMs * 1000) }),
  };
}

/** @param us microseconds since 1970 */
export function rfc3339(us: number): string {
  const micros = String(us % 1_000_000).padStart(6, '0');
  return `${new Date(Math.floor(us / 1000)).toISOString().slice(0, 19)}.${micros}Z`;
}
