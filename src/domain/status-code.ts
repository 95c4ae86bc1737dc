// The kinds of outcome that SCF tells apart (vendor document 583/35311).

import { RET_CODE_RUNNING } from './invocation.ts';

export const statusCodes = {
  /** Not known yet: the run has not finished. */
  running: 0,
  success: 200,
  userCodeException: 430,
  resourceLimitExceeded: 432,
  timeLimitExceeded: 433,
  memoryLimitExceeded: 434,
  functionNotFound: 435,
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
