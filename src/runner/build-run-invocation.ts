// Makes the record of one local run, with its log in the form that SCF gives it.

import { billDurationMsOf, type Invocation } from '../domain/invocation.ts';
import { statusCodes } from '../domain/status-code.ts';
import { namespaceOf, qualifierOf } from './function-environment.ts';
import type { LocalFunction } from './local-function.ts';
import type { RunLog } from './run-log.ts';
import { megabytes, type RunOutcome, statusOfFailure } from './run-outcome.ts';

const RET_CODE_OK = 0;
const RET_CODE_FAILED = 1;
const RET_CODE_INTERRUPTED = 3;

export interface FinishedRun {
  readonly fn: LocalFunction;
  readonly requestId: string;
  readonly startTimeUs: number;
  readonly durationUs: number;
  /** Null for a warm run. */
  readonly initDurationUs: number | null;
  readonly memUsageBytes: number;
  readonly outcome: RunOutcome;
  readonly log: RunLog;
}

export function buildRunInvocation(run: FinishedRun): Invocation {
  const { fn, outcome } = run;
  return {
    namespace: namespaceOf(fn),
    functionName: fn.name,
    qualifier: qualifierOf(fn),
    requestId: run.requestId,
    retryNum: 0,
    startTimeUs: run.startTimeUs,
    durationUs: run.durationUs,
    billDurationMs: billDurationMsOf(run.durationUs),
    memUsageBytes: run.memUsageBytes,
    memoryLimitBytes: fn.memoryLimitBytes,
    timeLimitMs: fn.timeLimitMs,
    initDurationUs: run.initDurationUs,
    retCode: retCodeOf(outcome),
    statusCode: outcome.ok ? statusCodes.success : statusOfFailure[outcome.failure],
    invokeFinished: true,
    retMsg: wellFormed(outcome.ok ? outcome.result : outcome.message),
    log: logTextOf(run),
    logCutBytes: run.log.cutBytes,
    traceId: '',
    source: 'runner',
    extra: {
      runtime: fn.runtime,
      ...(fn.description === undefined ? {} : { description: fn.description }),
    },
  };
}

function retCodeOf(outcome: RunOutcome): number {
  if (outcome.ok) {
    return RET_CODE_OK;
  }
  return outcome.failure === 'canceled' ? RET_CODE_INTERRUPTED : RET_CODE_FAILED;
}

/** A half of a surrogate pair cannot be stored as UTF-8. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

function logTextOf({ fn, requestId, durationUs, memUsageBytes, log }: FinishedRun): string {
  const written = log.text();
  const output = written === '' || written.endsWith('\n') ? written : `${written}\n`;
  const report =
    `Duration:${durationUs / 1000}ms Memory:${megabytes(fn.memoryLimitBytes)}MB ` +
    `MemUsage:${megabytes(memUsageBytes)}MB`;
  return (
    `START RequestId: ${requestId}\nEvent RequestId: ${requestId}\n${output}` +
    `END RequestId: ${requestId}\nReport RequestId: ${requestId} ${report}`
  );
}
