// Spells the runs of one request as API 3.0's GetRequestStatus answers them (wire facts C.5).

import { type Invocation, RET_CODE_RUNNING } from '../../domain/invocation.ts';
import type { InvocationPage } from '../../domain/invocation-page.ts';
import type { TimeText } from '../time-in-zone.ts';

interface RequestStatusV3 {
  readonly FunctionName: string;
  readonly RetMsg: string;
  readonly RequestId: string;
  readonly StartTime: string;
  /** 0 success, 1 running, -1 failed: not the codes of GetFunctionLogs. */
  readonly RetCode: 0 | 1 | -1;
  /** Milliseconds, with a fraction. */
  readonly Duration: number;
  /** Megabytes (of 1,048,576 bytes), with a fraction: not the unit of GetFunctionLogs. */
  readonly MemUsage: number;
  readonly RetryNum: number;
}

export interface GetRequestStatusReplyV3 {
  readonly TotalCount: number;
  readonly Data: readonly RequestStatusV3[];
}

const MEGABYTE = 1024 * 1024;

export function encodeGetRequestStatus(
  page: InvocationPage,
  timeText: TimeText,
): GetRequestStatusReplyV3 {
  return {
    TotalCount: page.total,
    Data: page.invocations.map((invocation) => ({
      FunctionName: invocation.functionName,
      RetMsg: invocation.retMsg,
      RequestId: invocation.requestId,
      StartTime: timeText(invocation.startTimeUs),
      RetCode: statusOf(invocation),
      Duration: invocation.durationUs / 1000,
      MemUsage: invocation.memUsageBytes / MEGABYTE,
      RetryNum: invocation.retryNum,
    })),
  };
}

function statusOf({ retCode }: Invocation): RequestStatusV3['RetCode'] {
  if (retCode === 0) {
    return 0;
  }
  return retCode === RET_CODE_RUNNING ? 1 : -1;
}
