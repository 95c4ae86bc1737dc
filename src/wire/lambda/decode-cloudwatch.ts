// What a CloudWatch Logs subscription delivers of the log of a Lambda function: payloads of log
// events, each of one log stream, which is one sandbox. Every event stays a line of the log.

import { AppError, shownValue } from '../../domain/errors.ts';
import type { FragmentCandidate } from '../../domain/fragment.ts';
import { TIME_US_MAX } from '../../domain/rfc3339.ts';
import { type JsonDocument, jsonDocuments, skipJsonSpace } from '../json-documents.ts';
import { decodeInvocations } from '../native/decode-invocations.ts';
import type { SourceOptions } from '../source-options.ts';
import {
  type EventMeaning,
  isObject,
  meaningOfJsonLine,
  nameIn,
  noName,
  plainLine,
  withoutLineEnd,
} from './lambda-event.ts';
import type { Fault } from './lambda-metrics.ts';
import { readPrintedLine, readSystemLine } from './log-text.ts';
import { readPlatformEvent } from './platform-event.ts';
import { type Sandbox, type SandboxEvent, SandboxRuns } from './sandbox-runs.ts';

const SOURCE = 'cloudwatch';
const BRACE_OPEN = 0x7b;

/** YYYY/MM/DD/, the function's name where its log group is its own choice, version, sandbox. */
const STREAM = /^\d{4}\/\d{2}\/\d{2}\/([\w-]{0,256})\[([^\]]{1,256})\]/;

/** The plain bytes of payloads, or why there are none. */
export type CloudwatchPart = Buffer | { readonly unreadable: string };

type Heard = Omit<SandboxEvent, 'line' | 'bytes'>;
type Payload = Readonly<Record<string, unknown>>;

/**
 * @param bytes payloads one after another, decompressed
 * @throws AppError malformed_request where the body begins with no object
 */
export function* decodeCloudwatch(
  bytes: Buffer,
  options: SourceOptions,
): Generator<FragmentCandidate> {
  if (bytes[skipJsonSpace(bytes, 0)] !== BRACE_OPEN) {
    throw new AppError(
      'malformed_request',
      'the body is not the JSON of a CloudWatch Logs subscription, plain, as gzip, or as awslogs.data',
    );
  }
  yield* decodeCloudwatchParts([bytes], options);
}

/**
 * @param parts each with payloads one after another; a bad one spoils only itself
 * @returns one candidate for each log event of a run; `line` counts the events of all parts
 */
export function* decodeCloudwatchParts(
  parts: Iterable<CloudwatchPart>,
  options: SourceOptions,
): Generator<FragmentCandidate> {
  const sandboxes: Sandboxes = new Map();
  let line = 0;
  for (const part of parts) {
    if (!Buffer.isBuffer(part)) {
      line += 1;
      yield { line, ...part };
      continue;
    }
    for (const { head, array } of jsonDocuments(part, 'logEvents')) {
      if (head?.['messageType'] === 'CONTROL_MESSAGE') {
        continue;
      }
      const origin = originOf(head, array, options);
      if ('unreadable' in origin) {
        line += 1;
        yield { line, ...origin };
      } else {
        line = yield* decodeEvents(array, { origin, before: line, sandboxes, ...options });
      }
    }
  }
  for (const runs of sandboxes.values()) {
    yield* runs.rest();
  }
}

/** Those that the request has told of so far: a run may go on in a later payload. */
type Sandboxes = Map<string, SandboxRuns>;

/** What logged the events of a payload. */
interface Origin {
  readonly key: string;
  readonly functionName: string;
  readonly sandbox: Sandbox;
}

interface EventsOptions extends SourceOptions {
  readonly origin: Origin;
  /** The place of the last event of the payloads before. */
  readonly before: number;
  readonly sandboxes: Sandboxes;
}

/** @returns the place of the last event */
function* decodeEvents(
  array: Buffer,
  options: EventsOptions,
): Generator<FragmentCandidate, number> {
  let line = options.before;
  let runs: SandboxRuns | undefined;
  for (const candidate of decodeInvocations(array, options)) {
    line = options.before + candidate.line;
    if ('unreadable' in candidate) {
      yield { ...candidate, line };
      continue;
    }
    const heard = readLogEvent(candidate.value);
    if ('unreadable' in heard) {
      yield { line, ...heard };
    } else {
      runs ??= yield* runsAt(heard.timeUs, options);
      yield* runs.take({ ...heard, line, bytes: candidate.bytes });
    }
  }
  return line;
}

/** Payloads that are not in the order of their time say nothing of each other's runs. */
function* runsAt(
  timeUs: number,
  { origin, sandboxes }: EventsOptions,
): Generator<FragmentCandidate, SandboxRuns> {
  const known = sandboxes.get(origin.key);
  if (known !== undefined && known.lastUs <= timeUs) {
    return known;
  }
  yield* known?.rest() ?? [];
  const runs = new SandboxRuns(origin.sandbox, origin.functionName);
  sandboxes.set(origin.key, runs);
  return runs;
}

function originOf(
  head: JsonDocument['head'],
  events: Buffer,
  options: SourceOptions,
): Origin | Fault {
  if (head === undefined) {
    return { field: '', unreadable: 'is not the JSON object of a CloudWatch Logs subscription' };
  }
  const { messageType, logGroup, logStream } = head;
  if (messageType !== 'DATA_MESSAGE') {
    return {
      field: 'messageType',
      unreadable: `must be DATA_MESSAGE or CONTROL_MESSAGE, not ${shownValue(messageType)}`,
    };
  }
  const stream = nameIn(logStream);
  if (stream === undefined) {
    return { field: 'logStream', unreadable: noName(logStream) };
  }
  const group = nameIn(logGroup);
  const [, nameInStream, qualifier] = STREAM.exec(stream) ?? [];
  const functionName = options.functionName ?? nameIn(nameInStream) ?? functionOfGroup(group);
  if (group === undefined || functionName === undefined) {
    return { field: 'logGroup', unreadable: noName(logGroup) };
  }
  if (events.length === 0) {
    return { field: 'logEvents', unreadable: 'must be an array' };
  }
  const facts = {
    ...(qualifier === undefined ? {} : { qualifier }),
    extra: { logGroup: group },
  };
  const { namespace } = options;
  return {
    key: JSON.stringify([group, stream]),
    functionName,
    sandbox: { namespace, stream, source: SOURCE, facts },
  };
}

/** /aws/lambda/NAME, where Lambda logs by itself; of any other group what follows the last slash. */
function functionOfGroup(group: string | undefined): string | undefined {
  return nameIn(group?.slice(group.lastIndexOf('/') + 1));
}

function readLogEvent(value: unknown): Heard | Fault {
  if (!isObject(value)) {
    return { field: '', unreadable: `must be an object, not ${shownValue(value)}` };
  }
  const { id, timestamp, message } = value;
  const isTime = typeof timestamp === 'number' && Number.isSafeInteger(timestamp) && timestamp >= 0;
  if (!isTime || timestamp * 1000 >= TIME_US_MAX) {
    return {
      field: 'timestamp',
      unreadable: `must be milliseconds since 1970, before 2200, not ${shownValue(timestamp)}`,
    };
  }
  if (typeof message !== 'string') {
    return { field: 'message', unreadable: `must be text, not ${shownValue(message)}` };
  }
  const timeUs = timestamp * 1000;
  const text = withoutLineEnd(message.toWellFormed());
  const meaning = meaningOf(text, timeUs);
  const lineId = nameIn(id);
  const line = { timeUs, text, ...(lineId === undefined ? {} : { id: lineId }) };
  return { timeUs, meaning, lines: meaning.role === 'init' ? [] : [line] };
}

function meaningOf(text: string, timeUs: number): EventMeaning {
  const json = text.startsWith('{') ? parsedObject(text) : undefined;
  if (json === undefined) {
    return readSystemLine(text, timeUs) ?? readPrintedLine(text);
  }
  const { type, record } = json;
  if (typeof type !== 'string' || !type.startsWith('platform.') || record === undefined) {
    return meaningOfJsonLine(json);
  }
  const meaning = readPlatformEvent(type, record, timeUs);
  // A function may print what looks like Lambda's own; then it is a line like any other.
  return 'unreadable' in meaning ? plainLine : meaning;
}

function parsedObject(text: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
