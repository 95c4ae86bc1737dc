// The records of a block one by one.

import type { Invocation } from './invocation.ts';
import { type InvocationBlock, NO_NUMBER } from './invocation-block.ts';

/** @returns the record as it was appended */
export function invocationAt(block: InvocationBlock, row: number): Invocation {
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
