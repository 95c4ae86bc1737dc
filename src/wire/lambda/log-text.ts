// Text lines of a Lambda function's log: those that Lambda writes (START, END, REPORT and what it
// says of a run that broke off), and the prefixes that its Node and Python runtimes put before
// what a function prints.

import type { RunFacts } from '../../domain/fragment.ts';
import { type EventMeaning, isObject, isUuid, nameIn, nothing, plainLine } from './lambda-event.ts';
import { brokeOff, factsOfStatus, failed } from './lambda-failure.ts';
import { factsOfMetrics, mergeFacts, metricOfLabel } from './lambda-metrics.ts';

const START = /^START RequestId: (\S{1,256})(?:\s+Version: (\S{1,256}))?/;
const END = /^END RequestId: (\S{1,256})/;
const REPORT = /^REPORT RequestId: (\S{1,256})/;
const INIT = /^(?:INIT|RESTORE)_START(?: Runtime Version: (\S{1,256}))?/;
const INIT_REPORT = /^(?:INIT|RESTORE)_REPORT /;
const TIMED_OUT = /^\S{1,64} (\S{1,256}) (Task timed out after [\d.]+ seconds)/;
const BROKE_OFF = /^RequestId: (\S{1,256}) ((?:Error: |Process exited )[^\n]*)(?:\n(\S{1,256}))?/;
/** Lines about extensions, and about who gets the logs. */
const HOUSEKEEPING = /^(?:EXTENSION|TELEMETRY|LOGS)\s+Name: /;
const FIGURE = /^(\d{1,15}(?:\.\d{1,9})?) (?:ms|MB)$/;

/** time, id (or `undefined` while the function loads), level, text; .NET writes the same. */
const NODE_LINE = /^\d{4}-\d{2}-\d{2}T[\d:.]{8,15}Z\t(\S{1,256})\t([A-Za-z]{1,16})\t/;
const PYTHON_LINE = /^\[[A-Z]{1,16}\]\t\d{4}-\d{2}-\d{2}T[\d:.]{8,15}Z\t(\S{0,256})\t/;
/** How Node's runtime begins the line of an error that ended a run. */
const NODE_ERROR = /^(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection) ?\t/;
/** How Python's does; logging.exception writes tabs, and is no end of a run. */
const PYTHON_ERROR = /^\[ERROR\] ([A-Za-z_][\w.]{0,255})(?=[:\s])/;
const TRACEBACK = 'Traceback (most recent call last)';

/** A line that Lambda itself writes of a run, in its text format; undefined for every other. */
export function readSystemLine(text: string, timeUs: number): EventMeaning | undefined {
  return readBorder(text, timeUs) ?? readInit(text) ?? readBreak(text);
}

/** What a function printed: the run that its runtime's prefix names, and whether it ended it. */
export function readPrintedLine(text: string): EventMeaning {
  const node = NODE_LINE.exec(text);
  if (node !== null) {
    const [prefix, id = '', level] = node;
    const error = level === 'ERROR' ? text.slice(prefix.length) : '';
    return { ...named(id), facts: NODE_ERROR.test(error) ? factsOfNodeError(error) : {} };
  }
  const python = PYTHON_LINE.exec(text);
  if (python !== null) {
    return { ...named(python[1] ?? ''), facts: {} };
  }
  const errorType = PYTHON_ERROR.exec(text)?.[1];
  return errorType !== undefined && text.includes(TRACEBACK)
    ? { role: 'log', facts: failed(errorType, text.slice('[ERROR] '.length)) }
    : plainLine;
}

function readBorder(text: string, timeUs: number): EventMeaning | undefined {
  const [, started, qualifier] = START.exec(text) ?? [];
  if (started !== undefined) {
    const facts = { startTimeUs: timeUs, ...(qualifier === undefined ? {} : { qualifier }) };
    return { role: 'start', requestId: started, facts, isText: true };
  }
  const requestId = END.exec(text)?.[1] ?? REPORT.exec(text)?.[1];
  if (requestId === undefined) {
    return undefined;
  }
  const ended: RunFacts = { invokeFinished: true, endTimeUs: timeUs };
  const facts = text.startsWith('REPORT') ? mergeFacts(ended, factsOfReport(text)) : ended;
  return { role: 'end', requestId, facts, isText: true };
}

function readInit(text: string): EventMeaning | undefined {
  const init = INIT.exec(text);
  if (init !== null) {
    return { role: 'init', facts: init[1] === undefined ? {} : { extra: { runtime: init[1] } } };
  }
  if (INIT_REPORT.test(text)) {
    const { initDurationUs, extra } = factsOfReport(text);
    const restored = extra?.['restoreDuration'];
    return {
      role: 'loaded',
      facts: {
        ...(initDurationUs === undefined ? {} : { initDurationUs }),
        ...(restored === undefined ? {} : { extra: { restoreDuration: restored } }),
      },
    };
  }
  return HOUSEKEEPING.test(text) ? nothing : undefined;
}

function readBreak(text: string): EventMeaning | undefined {
  const [, timedOut, message] = TIMED_OUT.exec(text) ?? [];
  if (timedOut !== undefined && isUuid(timedOut)) {
    const facts = mergeFacts(factsOfStatus('timeout', undefined), { retMsg: message ?? '' });
    return { role: 'log', requestId: timedOut, facts };
  }
  const [, requestId, reason = '', errorType] = BROKE_OFF.exec(text) ?? [];
  return requestId !== undefined && isUuid(requestId)
    ? { role: 'log', requestId, facts: brokeOff(reason, errorType) }
    : undefined;
}

/** The fields of REPORT and its kind: `Name: value`, with tabs and, before XRAY, a newline between. */
function factsOfReport(text: string): RunFacts {
  const fields = new Map<string, string>();
  for (const field of text.replace(/^(?:INIT_|RESTORE_)?REPORT /, '').split(/[\t\n]/)) {
    const [label = '', value = ''] = field.split(': ', 2);
    fields.set(label.trim(), value.trim());
  }
  const metrics: Record<string, number> = {};
  for (const [label, metric] of metricOfLabel) {
    const figure = FIGURE.exec(fields.get(label) ?? '')?.[1];
    if (figure !== undefined) {
      metrics[metric] = Number(figure);
    }
  }
  const figures = factsOfMetrics(metrics);
  const traceId = nameIn(fields.get('XRAY TraceId'));
  const outcome = factsOfStatus(fields.get('Status'), nameIn(fields.get('Error Type')));
  return {
    // A line with a figure beyond all bounds stays a line, and no more.
    ...mergeFacts('unreadable' in figures ? {} : figures, outcome),
    ...(traceId === undefined ? {} : { traceId }),
  };
}

function named(id: string): EventMeaning {
  return isUuid(id) ? { role: 'log', requestId: id, facts: {} } : plainLine;
}

/** @param error `Invoke Error`, a tab, and what was thrown as JSON */
function factsOfNodeError(error: string): RunFacts {
  const message = error.slice(error.indexOf('\t') + 1);
  try {
    const thrown: unknown = JSON.parse(message);
    return failed(isObject(thrown) ? nameIn(thrown['errorType']) : undefined, message);
  } catch {
    return failed(undefined, message);
  }
}
