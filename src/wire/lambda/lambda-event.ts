// What the events of a Lambda function say, whichever way they came: as platform events of the
// Telemetry API, or as lines of a CloudWatch log.

import { shownValue } from '../../domain/errors.ts';
import type { RunFacts } from '../../domain/fragment.ts';
import { NAME_CHARACTERS_MAX } from '../../domain/record-bounds.ts';

/**
 * What an event is in the life of a sandbox: it begins to load (or is restored), has loaded, a run
 * begins, something is logged, the run ends. `none` is no news of any run.
 */
type EventRole = 'none' | 'init' | 'loaded' | 'start' | 'log' | 'end';

export interface EventMeaning {
  readonly role: EventRole;
  /** As Lambda itself wrote it. */
  readonly requestId?: string;
  /** As it stands in a log line of the JSON format, where a function could have put another. */
  readonly claimedId?: string;
  /** Lambda wrote it in its text format. */
  readonly isText?: true;
  /** For `init` and `loaded` they are those of the next run. */
  readonly facts: RunFacts;
  readonly functionName?: string;
}

const NO_FACTS: RunFacts = {};
export const nothing: EventMeaning = { role: 'none', facts: NO_FACTS };
export const plainLine: EventMeaning = { role: 'log', facts: NO_FACTS };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Request ids of Lambda are UUIDs. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns the text, well formed; undefined for what is none, empty, or too long for a name */
export function nameIn(value: unknown): string | undefined {
  const isName = typeof value === 'string' && value !== '' && value.length <= NAME_CHARACTERS_MAX;
  return isName ? value.toWellFormed() : undefined;
}

/** @returns why a value is no name, for the reason of a rejection */
export function noName(value: unknown): string {
  return `must be text of 1 to ${NAME_CHARACTERS_MAX} characters, not ${shownValue(value)}`;
}

/**
 * The run that a line of the JSON log format says it is of.
 *
 * @param value the parsed line; Lambda's own have a time, a level and the id (requestId, or
 *   AWSRequestId from Java)
 */
export function meaningOfJsonLine(value: Readonly<Record<string, unknown>>): EventMeaning {
  const id = value['requestId'] ?? value['AWSRequestId'];
  const isOurs = typeof value['timestamp'] === 'string' && typeof value['level'] === 'string';
  return isOurs && typeof id === 'string' && isUuid(id)
    ? { role: 'log', claimedId: id, facts: NO_FACTS }
    : plainLine;
}

/** The trace's own id in a tracing header such as Root=1-5f…;Parent=…;Sampled=1. */
export function traceIdIn(header: unknown): string | undefined {
  if (typeof header !== 'string' || header === '') {
    return undefined;
  }
  const root = /(?:^|;)Root=([^;]+)/.exec(header)?.[1];
  return (root ?? header).slice(0, NAME_CHARACTERS_MAX).toWellFormed();
}

/** @returns the text without the newlines at its end */
export function withoutLineEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n' || text[end - 1] === '\r') {
    end -= 1;
  }
  return text.slice(0, end);
}
