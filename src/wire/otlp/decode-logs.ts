// Log records of OTLP as lines of the runs that they name.

import type { FragmentCandidate, LogLine } from '../../domain/fragment.ts';
import type { OtlpEntry } from './decode-otlp-request.ts';
import { faasRunOf, functionFactsOf, rejected } from './faas-run.ts';
import { type Attributes, attributesOf, plainValue, textAttribute } from './otlp-attributes.ts';
import type { OtlpLogRecord } from './otlp-schema.ts';
import { badTime, microsecondsOf } from './unix-nano.ts';

/** Roughly what a line takes besides its text. */
const LINE_BYTES = 256;
const severityNames = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
/** TRACE, TRACE2, TRACE3, TRACE4, DEBUG … */
const STEPS_OF_SEVERITY = 4;

/**
 * A record becomes one line of its run, at its own time, else when it was observed. It reads
 * `SEVERITY body`: the body is text as it came, or JSON; the severity is left out where there is
 * none, an event's name stands in for a body, and an exception's stack trace follows. Other
 * attributes are not kept.
 *
 * @param namespace the namespace of the runs
 * @returns a candidate for each record
 */
export function* decodeLogs(
  entries: Iterable<OtlpEntry<OtlpLogRecord>>,
  namespace: string,
): Generator<FragmentCandidate> {
  for (const entry of entries) {
    yield 'unreadable' in entry ? entry : candidateOf(entry, namespace);
  }
}

function candidateOf(
  { line, item, resource, scope }: Extract<OtlpEntry<OtlpLogRecord>, { item: unknown }>,
  namespace: string,
): FragmentCandidate {
  const own = attributesOf(item);
  const told = { own, scope, resource };
  const run = faasRunOf(told);
  if ('unreadable' in run) {
    return rejected(line, run);
  }
  const timeUs = microsecondsOf(item.timeUnixNano) ?? microsecondsOf(item.observedTimeUnixNano);
  if (timeUs === undefined) {
    return { line, field: 'timeUnixNano', unreadable: 'is missing, as is observedTimeUnixNano' };
  }
  const bad = badTime('timeUnixNano', timeUs);
  if (bad !== undefined) {
    return rejected(line, bad);
  }
  const logLine = logLineOf(item, own, timeUs);
  return {
    line,
    bytes: LINE_BYTES + logLine.text.length,
    fragment: {
      namespace,
      ...run,
      retryNum: 0,
      timeUs,
      facts: functionFactsOf(told),
      lines: [logLine],
      source: 'otlp',
    },
  };
}

function logLineOf(record: OtlpLogRecord, own: Attributes, timeUs: number): LogLine {
  const id = textAttribute(own, 'log.record.uid');
  const told = [severityOf(record), messageOf(record)].filter((part) => part !== '').join(' ');
  const stack = textAttribute(own, 'exception.stacktrace');
  const text = withoutLineEnd(stack === undefined ? told : `${told}\n${stack}`);
  return { timeUs, text, ...(id === undefined ? {} : { id }) };
}

function severityOf({ severityText, severityNumber }: OtlpLogRecord): string {
  const step = severityNumber - 1;
  const name = severityNames[Math.floor(step / STEPS_OF_SEVERITY)];
  if (severityText !== '' || name === undefined) {
    return severityText;
  }
  const nth = step % STEPS_OF_SEVERITY;
  return nth === 0 ? name : `${name}${nth + 1}`;
}

function messageOf({ body, eventName }: OtlpLogRecord): string {
  if (body === undefined || body.value.case === undefined) {
    return eventName;
  }
  const plain = plainValue(body);
  return typeof plain === 'string' ? plain : JSON.stringify(plain);
}

function withoutLineEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n' || text[end - 1] === '\r') {
    end -= 1;
  }
  return text.slice(0, end);
}
