// The kinds of outcome that SCF tells apart (vendor document 583/35311; 403 in 583/42611).

import { RET_CODE_RUNNING } from './invocation.ts';

export const statusCodes = {
  /** Not known yet: the run has not finished. */
  running: 0,
  success: 200,
  /** InvalidResponseFormat: what the function returned cannot be passed on. */
  invalidResponseFormat: 403,
  /** The response is over 6 MB. */
  responseTooLarge: 407,
  userCodeException: 430,
  resourceLimitExceeded: 432,
  timeLimitExceeded: 433,
  memoryLimitExceeded: 434,
  functionNotFound: 435,
  /** The entry file, or the function in it, is not there. */
  handlerNotFound: 437,
  /** User process exit when running: by its own call or by a signal, the vendor has one code. */
  userProcessExit: 439,
  /** ContainerInitError: the process could not be started. */
  startFailed: 445,
  /** InitContainerTimeout: the code did not finish loading in time. */
  initTimeLimitExceeded: 450,
  /** The run was cut off from outside. */
  requestCanceled: 499,
} as const;

/**
 * The status code of a record whose producer gave none.
 *
 * @param retCode the record's return code
 * @returns 200 for 0, 0 for a run that goes on, 430 for every other
 */
export function statusCodeOf(retCode: number): number {
  if (retCode === 0) {
    return statusCodes.success;
  }
  return retCode === RET_CODE_RUNNING ? statusCodes.running : statusCodes.userCodeException;
}
