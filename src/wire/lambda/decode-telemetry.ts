// Batches of the Lambda Telemetry API (schemas 2022-07-01, 2022-12-13, 2025-01-29) and of the Logs
// API before it, as an extension gets and forwards them: a JSON array, or one event a line, of one
// sandbox.

import { AppError, shownValue } from '../../domain/errors.ts';
import type { FragmentCandidate } from '../../domain/fragment.ts';
import { parseRfc3339Us } from '../../domain/rfc3339.ts';
import { skipJsonSpace } from '../json-documents.ts';
import { decodeInvocations } from '../native/decode-invocations.ts';
import type { SourceOptions } from '../source-options.ts';
import {
  type EventMeaning,
  isObject,
  meaningOfJsonLine,
  nothing,
  withoutLineEnd,
} from './lambda-event.ts';
import type { Fault } from './lambda-metrics.ts';
import { readPrintedLine } from './log-text.ts';
import { readPlatformEvent } from './platform-event.ts';
import { type SandboxEvent, SandboxRuns } from './sandbox-runs.ts';

const SOURCE = 'lambda-telemetry';
const BRACKET_OPEN = 0x5b;
const BRACE_OPEN = 0x7b;

type Heard = Omit<SandboxEvent, 'line' | 'bytes'>;

/**
 * @param bytes the body after decompression
 * @returns one candidate for each event that says something of a run
 * @throws AppError malformed_request where the body is neither an array nor objects
 */
export function* decodeTelemetry(
  bytes: Buffer,
  options: SourceOptions,
): Generator<FragmentCandidate> {
  const first = bytes[skipJsonSpace(bytes, 0)];
  if (first !== BRACKET_OPEN && first !== BRACE_OPEN) {
    throw new AppError(
      'malformed_request',
      'the body is not a JSON array of telemetry events, as Lambda sends them to an extension',
    );
  }
  const { namespace, functionName, stream } = options;
  const runs = new SandboxRuns({ namespace, stream, source: SOURCE, facts: {} }, functionName);
  for (const candidate of decodeInvocations(bytes, options)) {
    if ('unreadable' in candidate) {
      yield candidate;
      continue;
    }
    const { line, bytes: size } = candidate;
    const heard = readEvent(candidate.value);
    if ('unreadable' in heard) {
      yield { line, ...heard };
    } else {
      yield* runs.take({ ...heard, line, bytes: size });
    }
  }
  yield* runs.rest();
}

function readEvent(value: unknown): Heard | Fault {
  if (!isObject(value)) {
    return { field: '', unreadable: `must be an object, not ${shownValue(value)}` };
  }
  const { time, type, record } = value;
  if (typeof type !== 'string') {
    return {
      field: 'type',
      unreadable: `must be text such as platform.start, not ${shownValue(type)}`,
    };
  }
  const timeUs = typeof time === 'string' ? parseRfc3339Us(time) : undefined;
  if (timeUs === undefined) {
    return {
      field: 'time',
      unreadable: `must be RFC 3339 with a zone, between 1970 and 2200, not ${shownValue(time)}`,
    };
  }
  switch (type) {
    case 'function':
    case 'extension':
      return readLog(record, timeUs);
    case 'platform.logsDropped':
      return heardLine(droppedText(record), { role: 'log', facts: {} }, timeUs);
    default: {
      const meaning = readPlatformEvent(type, record, timeUs);
      if ('unreadable' in meaning) {
        return meaning;
      }
      // Only the Logs API's platform.fault is text.
      return typeof record === 'string' && meaning !== nothing
        ? heardLine(record, meaning, timeUs)
        : { timeUs, meaning, lines: [] };
    }
  }
}

function readLog(record: unknown, timeUs: number): Heard | Fault {
  if (typeof record === 'string') {
    const text = lineOf(record);
    return heardLine(text, readPrintedLine(text), timeUs);
  }
  if (!isObject(record)) {
    return { field: 'record', unreadable: `must be text or an object, not ${shownValue(record)}` };
  }
  const text = jsonText(record);
  return text === undefined
    ? { field: 'record', unreadable: 'is nested too deep to be kept as a line' }
    : heardLine(text, meaningOfJsonLine(record), timeUs);
}

function heardLine(text: string, meaning: EventMeaning, timeUs: number): Heard {
  return { timeUs, meaning, lines: [{ timeUs, text: lineOf(text) }] };
}

function lineOf(text: string): string {
  return withoutLineEnd(text.toWellFormed());
}

function droppedText(record: unknown): string {
  const { droppedRecords, droppedBytes, reason } = isObject(record) ? record : {};
  const why = typeof reason === 'string' ? `: ${reason}` : '';
  return `Lambda dropped ${count(droppedRecords)} log records of ${count(droppedBytes)} bytes${why}`;
}

function count(value: unknown): string {
  return typeof value === 'number' ? String(value) : 'an unknown number of';
}

/** @returns undefined for what is nested deeper than JSON.stringify can go */
function jsonText(value: object): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
