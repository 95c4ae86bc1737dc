// Platform events: what Lambda itself says of a run, in the shape of the Telemetry API (schemas
// 2022-07-01 to 2025-01-29) and of the Logs API before it. Logs of the JSON format hold the same.

import type { RunFacts } from '../../domain/fragment.ts';
import { type EventMeaning, isObject, nameIn, noName, nothing, traceIdIn } from './lambda-event.ts';
import { brokeOff, factsOfStatus } from './lambda-failure.ts';
import { type Fault, factsOfMetrics, mergeFacts } from './lambda-metrics.ts';

type Json = Readonly<Record<string, unknown>>;
type Reader = (record: Json, timeUs: number) => EventMeaning | Fault;

const FAULT = /^RequestId: (\S{1,256}) (.+)/s;

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['platform.initStart', readInitStart],
  ['platform.restoreStart', readInitStart],
  ['platform.initReport', readInitReport],
  ['platform.start', readStart],
  ['platform.runtimeDone', readEnd],
  ['platform.end', readEnd],
  ['platform.report', readEnd],
]);

/**
 * @param type such as platform.start
 * @param record what the event says
 * @param timeUs when, in microseconds since 1970
 * @returns what it says of a run; role `none` for types that say nothing of one
 */
export function readPlatformEvent(
  type: string,
  record: unknown,
  timeUs: number,
): EventMeaning | Fault {
  if (type === 'platform.fault') {
    return readFault(record);
  }
  const read = readers.get(type);
  if (read === undefined) {
    return nothing;
  }
  return isObject(record)
    ? read(record, timeUs)
    : { field: 'record', unreadable: `must be an object for the type ${type}` };
}

function readInitStart(record: Json): EventMeaning {
  const functionName = nameIn(record['functionName']);
  const runtime = nameIn(record['runtimeVersion']);
  return {
    role: 'init',
    facts: runtime === undefined ? {} : { extra: { runtime } },
    ...(functionName === undefined ? {} : { functionName }),
  };
}

/** Start-up ahead of any request, for provisioned concurrency, is no part of a run. */
function readInitReport(record: Json): EventMeaning | Fault {
  const { metrics, initializationType } = record;
  if (!isObject(metrics) || initializationType === 'provisioned-concurrency') {
    return nothing;
  }
  const facts = factsOfMetrics({ initDurationMs: metrics['durationMs'] });
  return 'unreadable' in facts ? facts : { role: 'loaded', facts };
}

function readStart(record: Json, timeUs: number): EventMeaning | Fault {
  const requestId = nameIn(record['requestId']);
  if (requestId === undefined) {
    return { field: 'record.requestId', unreadable: noName(record['requestId']) };
  }
  const qualifier = nameIn(record['version']);
  const functionName = functionOfArn(record['functionArn']);
  return {
    role: 'start',
    requestId,
    facts: {
      startTimeUs: timeUs,
      ...(qualifier === undefined ? {} : { qualifier }),
      ...tracingOf(record),
    },
    ...(functionName === undefined ? {} : { functionName }),
  };
}

/** runtimeDone, end and report: each says that the run is over, and some of how. */
function readEnd(record: Json, timeUs: number): EventMeaning | Fault {
  const requestId = nameIn(record['requestId']);
  if (requestId === undefined) {
    return { field: 'record.requestId', unreadable: noName(record['requestId']) };
  }
  const figures = factsOfMetrics(isObject(record['metrics']) ? record['metrics'] : {});
  if ('unreadable' in figures) {
    return figures;
  }
  const outcome = factsOfStatus(record['status'], nameIn(record['errorType']));
  const ended: RunFacts = { invokeFinished: true, endTimeUs: timeUs, ...tracingOf(record) };
  return { role: 'end', requestId, facts: mergeFacts(mergeFacts(ended, figures), outcome) };
}

/** The Logs API's only word of a run that broke off, as text. */
function readFault(record: unknown): EventMeaning {
  const match = typeof record === 'string' ? FAULT.exec(record.toWellFormed()) : null;
  const [, requestId, reason = ''] = match ?? [];
  return requestId === undefined ? nothing : { role: 'log', requestId, facts: brokeOff(reason) };
}

function tracingOf(record: Json): RunFacts {
  const { tracing } = record;
  const traceId = isObject(tracing) ? traceIdIn(tracing['value']) : undefined;
  return traceId === undefined ? {} : { traceId };
}

/** arn:aws:lambda:REGION:ACCOUNT:function:NAME, and a qualifier behind it. */
function functionOfArn(arn: unknown): string | undefined {
  return typeof arn === 'string' ? nameIn(arn.split(':', 7)[6]) : undefined;
}
