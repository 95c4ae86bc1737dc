// Spells a run as API 3.0's Invoke answers it.

import type { Invocation } from '../../domain/invocation.ts';

interface ResultV3 {
  /** The end of the log, where the caller asked for it. */
  readonly Log: string;
  /** What the function returned; empty for a run that failed. */
  readonly RetMsg: string;
  /** Why it failed; empty for a run that did not. */
  readonly ErrMsg: string;
  /** Bytes. */
  readonly MemUsage: number;
  /** Milliseconds, with a fraction. */
  readonly Duration: number;
  /** Milliseconds. */
  readonly BillDuration: number;
  readonly FunctionRequestId: string;
  /** 0 for success. */
  readonly InvokeResult: number;
}

export interface InvokeReplyV3 {
  readonly Result: ResultV3;
}

/** The vendor gives the last 4 KB of a log. */
const LOG_CHARACTERS_MAX = 4096;

export function encodeInvoked(invocation: Invocation, withLog: boolean): InvokeReplyV3 {
  const { retCode, retMsg, log } = invocation;
  return {
    Result: {
      Log: withLog ? log.slice(-LOG_CHARACTERS_MAX).toWellFormed() : '',
      RetMsg: retCode === 0 ? retMsg : '',
      ErrMsg: retCode === 0 ? '' : retMsg,
      MemUsage: invocation.memUsageBytes,
      Duration: invocation.durationUs / 1000,
      BillDuration: invocation.billDurationMs,
      FunctionRequestId: invocation.requestId,
      InvokeResult: retCode,
    },
  };
}

/** For a run that goes on in the background: its record will say the rest. */
export function encodeStarted(requestId: string): InvokeReplyV3 {
  return {
    Result: {
      Log: '',
      RetMsg: '',
      ErrMsg: '',
      MemUsage: 0,
      Duration: 0,
      BillDuration: 0,
      FunctionRequestId: requestId,
      InvokeResult: 0,
    },
  };
}
