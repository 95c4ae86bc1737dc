// How a run of Lambda failed, in SCF's status codes. Error types: Lambda Runtime API and the
// platform events of the Telemetry API.

import type { RunFacts } from '../../domain/fragment.ts';
import { statusCodes } from '../../domain/status-code.ts';

const TIMED_OUT = statusCodes.timeLimitExceeded;
/** What Lambda says where the kernel ended the process, which it does for want of memory. */
const KILLED = 'signal: killed';

/** Error types that say more than that the function failed. */
const codeOfErrorType: ReadonlyMap<string, number> = new Map([
  ['Runtime.OutOfMemory', statusCodes.memoryLimitExceeded],
  ['Runtime.ExitError', statusCodes.userProcessExit],
  ['Runtime.HandlerNotFound', statusCodes.handlerNotFound],
  ['Runtime.InvalidEntrypoint', statusCodes.startFailed],
  ['Sandbox.Timedout', TIMED_OUT],
  ['Function.ResponseSizeTooLarge', statusCodes.responseTooLarge],
]);

/**
 * @param status success, timeout, error or failure; undefined where the source does not say
 * @param errorType such as Runtime.ExitError
 * @returns nothing for a run that went well or of which this does not tell
 */
export function factsOfStatus(status: unknown, errorType: string | undefined): RunFacts {
  switch (status) {
    case 'timeout':
      return { ...failed(errorType, errorType ?? 'Task timed out'), statusCode: TIMED_OUT };
    case 'error':
    case 'failure':
      return failed(errorType);
    default:
      return {};
  }
}

/** @param message what the record shows for it; the error type where there is none */
export function failed(errorType: string | undefined, message?: string): RunFacts {
  const code = codeOfErrorType.get(errorType ?? '') ?? statusCodes.userCodeException;
  const retMsg = message ?? errorType;
  return {
    retCode: 1,
    statusCode: code,
    ...(retMsg === undefined ? {} : { retMsg }),
    ...(errorType === undefined ? {} : { extra: { errorType } }),
  };
}

/**
 * @param reason what Lambda says of a process that was gone before there was an answer
 * @param errorType Runtime.ExitError, unless it says another
 */
export function brokeOff(reason: string, errorType = 'Runtime.ExitError'): RunFacts {
  const facts = failed(errorType, reason);
  return reason.includes(KILLED)
    ? { ...facts, statusCode: statusCodes.memoryLimitExceeded }
    : facts;
}
