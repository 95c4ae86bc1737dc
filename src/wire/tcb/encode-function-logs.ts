// Spells invocations as service tcb answers them: a list of what ran, and one run with its log
// (wire facts C.5).

import type { Invocation } from '../../domain/invocation.ts';
import type { InvocationPage } from '../../domain/invocation-page.ts';
import type { TimeText } from '../time-in-zone.ts';

export interface GetFunctionLogsReplyTcb {
  readonly LogList: readonly {
    readonly RequestId: string;
    readonly RetCode: number;
    readonly RetryNum: number;
    /** `YYYY-MM-DD HH:MM:SS` in the front's time zone. */
    readonly StartTime: string;
  }[];
  /** All that match. The vendor has no such member; clients that do not know it pass it over. */
  readonly TotalCount: number;
}

export interface GetFunctionLogDetailReplyTcb {
  readonly RequestId: string;
  readonly StartTime: string;
  /** Milliseconds, with a fraction. */
  readonly Duration: number;
  /** Bytes. */
  readonly MemUsage: number;
  readonly RetMsg: string;
  /** The log's text as it is; the vendor's own client prints it unread. */
  readonly LogJson: string;
  /** Whether the log is whole: here it always is. */
  readonly ListOver: true;
  /** Where to read on; never needed. */
  readonly Context: '';
}

export function encodeGetFunctionLogs(
  page: InvocationPage,
  timeText: TimeText,
): GetFunctionLogsReplyTcb {
  return {
    LogList: page.invocations.map(({ requestId, retCode, retryNum, startTimeUs }) => ({
      RequestId: requestId,
      RetCode: retCode,
      RetryNum: retryNum,
      StartTime: timeText(startTimeUs),
    })),
    TotalCount: page.total,
  };
}

export function encodeGetFunctionLogDetail(
  invocation: Invocation,
  timeText: TimeText,
): GetFunctionLogDetailReplyTcb {
  return {
    RequestId: invocation.requestId,
    StartTime: timeText(invocation.startTimeUs),
    Duration: invocation.durationUs / 1000,
    MemUsage: invocation.memUsageBytes,
    RetMsg: invocation.retMsg,
    LogJson: invocation.log,
    ListOver: true,
    Context: '',
  };
}
