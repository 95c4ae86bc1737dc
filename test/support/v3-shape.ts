// What API 3.0 must answer, spelled by hand from a model's answer (wire facts C.5), as an SDK hands
// it to its caller.

import type { Invocation } from '../../src/domain/invocation.ts';
import type { InvocationPage } from '../../src/domain/invocation-page.ts';

/** In UTC+8, as the vendor's API has it. */
export function vendorTime(us: number): string {
  return new Date(Math.floor(us / 1000) + 8 * 3_600_000)
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ');
}

export function functionLogsReply(page: Pick<InvocationPage, 'total' | 'invocations'>) {
  return { TotalCount: page.total, Data: page.invocations.map(functionLog) };
}

function functionLog(record: Invocation) {
  return {
    FunctionName: record.functionName,
    RetMsg: record.retMsg,
    RequestId: record.requestId,
    StartTime: vendorTime(record.startTimeUs),
    RetCode: record.retCode,
    InvokeFinished: record.invokeFinished ? 1 : 0,
    Duration: record.durationUs / 1000,
    BillDuration: record.billDurationMs,
    MemUsage: record.memUsageBytes,
    Log: record.log,
    Level: '',
    Source: record.source,
    RetryNum: record.retryNum,
  };
}

export function requestStatus(record: Invocation) {
  const codes: Record<number, number> = { 0: 0, 2: 1 };
  return {
    FunctionName: record.functionName,
    RetMsg: record.retMsg,
    RequestId: record.requestId,
    StartTime: vendorTime(record.startTimeUs),
    RetCode: codes[record.retCode] ?? -1,
    Duration: record.durationUs / 1000,
    MemUsage: record.memUsageBytes / 1_048_576,
    RetryNum: record.retryNum,
  };
}
