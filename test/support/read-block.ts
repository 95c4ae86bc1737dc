// The records of a block, for tests that look at them one by one.

import type { Invocation } from '../../src/domain/invocation.ts';
import { type InvocationBlock, NO_NUMBER } from '../../src/domain/invocation-block.ts';

export function invocationsIn(block: InvocationBlock): Invocation[] {
  return Array.from({ length: block.length }, (_, row) => invocationAt(block, row));
}

function invocationAt(block: InvocationBlock, row: number): Invocation {
  const { texts } = block;
  const initDurationUs = block.numberAt(row, 'initDurationUs');
  const [extra, joinState] = [texts.extra.textAt(row), texts.joinState.textAt(row)];
  return {
    namespace: texts.namespace.textAt(row),
    functionName: texts.functionName.textAt(row),
    qualifier: texts.qualifier.textAt(row),
    requestId: texts.requestId.textAt(row),
    retryNum: block.numberAt(row, 'retryNum'),
    startTimeUs: block.numberAt(row, 'startTimeUs'),
    durationUs: block.numberAt(row, 'durationUs'),
    billDurationMs: block.numberAt(row, 'billDurationMs'),
    memUsageBytes: block.numberAt(row, 'memUsageBytes'),
    memoryLimitBytes: block.numberAt(row, 'memoryLimitBytes'),
    timeLimitMs: block.numberAt(row, 'timeLimitMs'),
    initDurationUs: initDurationUs === NO_NUMBER ? null : initDurationUs,
    retCode: block.numberAt(row, 'retCode'),
    statusCode: block.numberAt(row, 'statusCode'),
    invokeFinished: block.numberAt(row, 'invokeFinished') === 1,
    retMsg: texts.retMsg.textAt(row),
    log: texts.log.textAt(row),
    logCutBytes: block.numberAt(row, 'logCutBytes'),
    traceId: texts.traceId.textAt(row),
    source: texts.source.textAt(row),
    extra: extra === '' ? {} : (JSON.parse(extra) as Record<string, unknown>),
    ...(joinState === '' ? {} : { joinState }),
  };
}
