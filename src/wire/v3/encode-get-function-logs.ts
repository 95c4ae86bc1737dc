// Spells a page of invocations as API 3.0's GetFunctionLogs answers it (wire facts C.5).

import type { Invocation } from '../../domain/invocation.ts';
import type { InvocationPage } from '../../domain/invocation-page.ts';
import type { TimeText } from '../time-in-zone.ts';
import { nextSearchContext, type SearchContext, type SearchContextV3 } from './search-context.ts';

interface FunctionLogV3 {
  readonly FunctionName: string;
  readonly RetMsg: string;
  readonly RequestId: string;
  /** `YYYY-MM-DD HH:MM:SS` in the front's time zone. */
  readonly StartTime: string;
  readonly RetCode: number;
  readonly InvokeFinished: 0 | 1;
  /** Milliseconds, with a fraction. */
  readonly Duration: number;
  /** Milliseconds. */
  readonly BillDuration: number;
  /** Bytes. */
  readonly MemUsage: number;
  readonly Log: string;
  /** The vendor no longer fills it, and a record has none. */
  readonly Level: '';
  /** Who sent the record. */
  readonly Source: string;
  readonly RetryNum: number;
}

export interface GetFunctionLogsReplyV3 {
  readonly TotalCount: number;
  readonly Data: readonly FunctionLogV3[];
  readonly SearchContext?: SearchContextV3;
}

/** @param searchContext of the call; undefined where it had none, and so has the reply */
export function encodeGetFunctionLogs(
  page: InvocationPage,
  searchContext: SearchContext | undefined,
  timeText: TimeText,
): GetFunctionLogsReplyV3 {
  return {
    TotalCount: page.total,
    Data: page.invocations.map((invocation) => encodeInvocation(invocation, timeText)),
    ...(searchContext === undefined
      ? {}
      : { SearchContext: nextSearchContext(searchContext, page) }),
  };
}

function encodeInvocation(invocation: Invocation, timeText: TimeText): FunctionLogV3 {
  return {
    FunctionName: invocation.functionName,
    RetMsg: invocation.retMsg,
    RequestId: invocation.requestId,
    StartTime: timeText(invocation.startTimeUs),
    RetCode: invocation.retCode,
    InvokeFinished: invocation.invokeFinished ? 1 : 0,
    Duration: invocation.durationUs / 1000,
    BillDuration: invocation.billDurationMs,
    MemUsage: invocation.memUsageBytes,
    Log: invocation.log,
    Level: '',
    Source: invocation.source,
    RetryNum: invocation.retryNum,
  };
}
