// A whole record from the few fields that a test is about.

import type { Invocation } from '../../src/domain/invocation.ts';

let made = 0;

/** A finished, successful run; ids differ from call to call. */
export function buildInvocation(given: Partial<Invocation> = {}): Invocation {
  made += 1;
  return {
    namespace: 'default',
    functionName: 'hello',
    qualifier: '$LATEST',
    requestId: `request-${made}`,
    retryNum: 0,
    startTimeUs: Date.UTC(2026, 0, 1) * 1000 + made,
    durationUs: 1_500,
    billDurationMs: 100,
    memUsageBytes: 10_000_000,
    memoryLimitBytes: 134_217_728,
    timeLimitMs: 0,
    initDurationUs: null,
    retCode: 0,
    statusCode: 200,
    invokeFinished: true,
    retMsg: '"ok"',
    log: 'a line',
    logCutBytes: 0,
    traceId: '',
    source: 'test',
    extra: {},
    ...given,
  };
}
