// Spells a page of invocations as API 2.0's GetFunctionLogs answers it: the seed document's fields
// in the order of its example, with invokeFinished of the second revision (wire facts A.6).

import type { Invocation } from '../../domain/invocation.ts';
import type { InvocationPage } from '../../domain/invocation-page.ts';
import type { TimeText } from '../time-in-zone.ts';

/** One run, as the vendor names its fields. */
interface FunctionLogV2 {
  readonly functionName: string;
  readonly retMsg: string;
  readonly requestId: string;
  /** `YYYY-MM-DD HH:MM:SS` in the front's time zone. */
  readonly startTime: string;
  readonly retCode: number;
  readonly invokeFinished: 0 | 1;
  /** Milliseconds, with a fraction. */
  readonly duration: number;
  /** Milliseconds. */
  readonly billDuration: number;
  /** Bytes. */
  readonly memUsage: number;
  readonly log: string;
}

export interface GetFunctionLogsReplyV2 {
  readonly code: 0;
  readonly message: '';
  readonly codeDesc: 'Success';
  /** All that match, not the rows of this page. */
  readonly total: number;
  readonly data: readonly FunctionLogV2[];
}

/**
 * @param page the rows and their exact total
 * @param timeText prints start times, as of `buildTimeText`
 */
export function encodeGetFunctionLogs(
  page: InvocationPage,
  timeText: TimeText,
): GetFunctionLogsReplyV2 {
  return {
    code: 0,
    message: '',
    codeDesc: 'Success',
    total: page.total,
    data: page.invocations.map((invocation) => encodeInvocation(invocation, timeText)),
  };
}

function encodeInvocation(invocation: Invocation, timeText: TimeText): FunctionLogV2 {
  return {
    functionName: invocation.functionName,
    retMsg: invocation.retMsg,
    requestId: invocation.requestId,
    startTime: timeText(invocation.startTimeUs),
    retCode: invocation.retCode,
    invokeFinished: invocation.invokeFinished ? 1 : 0,
    duration: invocation.durationUs / 1000,
    billDuration: invocation.billDurationMs,
    memUsage: invocation.memUsageBytes,
    log: invocation.log,
  };
}
