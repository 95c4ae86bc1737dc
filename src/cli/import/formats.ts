// The kinds of files that an import reads, told by the first value in them.

import type { SourceName } from '../native-client.ts';

/** Sources of events are named as in the paths of the server. */
const eventFormats = [
  'cls',
  'cloudwatch',
  'lambda-telemetry',
  'otlp-logs',
  'otlp-traces',
] as const satisfies readonly SourceName[];
export type EventFormat = (typeof eventFormats)[number];

export const importFormats = ['native', 'getfunctionlogs', 'csv', ...eventFormats] as const;
export type ImportFormat = (typeof importFormats)[number];

/** `records`: native ones and what GetFunctionLogs answered, which one file may mix. */
export type FileFormat = ImportFormat | 'records';

export function isEventFormat(format: FileFormat): format is EventFormat {
  return (eventFormats as readonly string[]).includes(format);
}

const TELEMETRY_TYPE = /^(?:platform\.|function$|extension$)/;
const SCF_FIELD = '"SCF_RequestId"';
/** The first member of a CloudWatch payload, or of an event that holds one. */
const CLOUDWATCH_HEAD =
  /^[\s\ufeff]*\{\s*"(?:messageType|owner|logGroup|logStream|subscriptionFilters|logEvents|awslogs)"\s*:/;

/**
 * @param value the first value of a file
 * @returns `records` where it is no event of any source
 */
export function formatOfValue(value: unknown): EventFormat | 'records' {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first === 'string') {
    return first.includes(SCF_FIELD) ? 'cls' : 'records';
  }
  if (!isObject(first)) {
    return 'records';
  }
  if ('resourceLogs' in first || 'resourceSpans' in first) {
    return 'resourceLogs' in first ? 'otlp-logs' : 'otlp-traces';
  }
  if (('messageType' in first && 'logEvents' in first) || 'awslogs' in first) {
    return 'cloudwatch';
  }
  const { type } = first;
  if (typeof type === 'string' && TELEMETRY_TYPE.test(type) && 'time' in first) {
    return 'record' in first ? 'lambda-telemetry' : 'records';
  }
  return isCls(first) ? 'cls' : 'records';
}

/** CloudWatch payloads may follow one another on one line, so they are told by how the text begins. */
export function beginsLikeCloudwatch(text: string): boolean {
  return CLOUDWATCH_HEAD.test(text);
}

/** A line, a list of lines as SearchLog or a trigger gives it, or a trigger's event. */
function isCls(value: Readonly<Record<string, unknown>>): boolean {
  const reply = isObject(value['Response']) ? value['Response'] : value;
  const lists = [[value], value['records'], reply['Results'], reply['results']];
  return (
    isObject(value['clslogs']) ||
    lists.some((list) => Array.isArray(list) && isObject(list[0]) && isClsLine(list[0]))
  );
}

/** Its fields stand side by side, or in a text. */
function isClsLine(value: Readonly<Record<string, unknown>>): boolean {
  const texts = [value['content'], value['__CONTENT__'], value['LogJson']];
  return (
    'SCF_RequestId' in value ||
    texts.some((text) => typeof text === 'string' && text.includes(SCF_FIELD))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
