// How a run can end, in SCF's status codes and in words for the person who wrote the function.

import { statusCodes } from '../domain/status-code.ts';

export type FailureKind =
  | 'exception'
  | 'handler_not_found'
  | 'result_unserialisable'
  | 'result_too_large'
  | 'memory'
  | 'timeout'
  | 'init_timeout'
  | 'exit'
  | 'signal'
  | 'start_failed'
  | 'canceled';

export type RunOutcome =
  | { readonly ok: true; readonly result: string }
  | { readonly ok: false; readonly failure: FailureKind; readonly message: string };

export const statusOfFailure: Readonly<Record<FailureKind, number>> = {
  exception: statusCodes.userCodeException,
  handler_not_found: statusCodes.handlerNotFound,
  result_unserialisable: statusCodes.invalidResponseFormat,
  result_too_large: statusCodes.responseTooLarge,
  memory: statusCodes.memoryLimitExceeded,
  timeout: statusCodes.timeLimitExceeded,
  init_timeout: statusCodes.initTimeLimitExceeded,
  exit: statusCodes.userProcessExit,
  signal: statusCodes.userProcessExit,
  start_failed: statusCodes.startFailed,
  canceled: statusCodes.requestCanceled,
};

export function timedOut(limitMs: number): RunOutcome {
  return failed(
    'timeout',
    `Invoking task timed out after ${seconds(limitMs)}. The process was ended. ` +
      'Make the function faster, or raise timeoutSeconds in its function.json.',
  );
}

export function initTimedOut(limitMs: number): RunOutcome {
  return failed(
    'init_timeout',
    `The function's code was not loaded within ${seconds(limitMs)}. The process was ended. ` +
      'Look for work outside of the handler that never ends.',
  );
}

export function outOfMemory(limitBytes: number, detail: string): RunOutcome {
  return failed(
    'memory',
    `The memory limit of ${megabytes(limitBytes)} MB was exceeded: ${detail}. ` +
      'The process was ended. Use less memory, or raise memoryMb in function.json.',
  );
}

export function canceled(): RunOutcome {
  return failed('canceled', 'The run was cut off, because fnlog was stopped. Run it again.');
}

export function startFailed(reason: string): RunOutcome {
  return failed(
    'start_failed',
    `The process of the function could not be started: ${reason}. ` +
      'Look whether its folder is there and may be read.',
  );
}

/** The process was gone before there was an answer. */
export function processEnded(exitCode: number | null, signal: string | null): RunOutcome {
  if (signal !== null) {
    return failed(
      'signal',
      `The process of the function was ended by ${signal} before it returned. Look at the end ` +
        'of the log; SIGKILL often means that the machine ran out of memory.',
    );
  }
  return failed(
    'exit',
    `The function ended its own process with exit code ${exitCode} before it returned. ` +
      'Return a value or throw an error instead.',
  );
}

/** Bytes in MB, without needless digits. */
export function megabytes(bytes: number): number {
  return Math.round((bytes / (1024 * 1024)) * 100) / 100;
}

function failed(failure: FailureKind, message: string): RunOutcome {
  return { ok: false, failure, message };
}

function seconds(milliseconds: number): string {
  const value = milliseconds / 1000;
  return value === 1 ? '1 second' : `${value} seconds`;
}
