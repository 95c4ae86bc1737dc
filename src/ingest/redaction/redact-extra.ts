// Redaction of the unknown fields of a record: texts anywhere in them, and values at paths. What
// nothing is found in stays the object that it was.

import type { JsonPath } from '../../domain/json-path.ts';
import { isMarker } from './marked-spans.ts';

export type Extra = Readonly<Record<string, unknown>>;

/** @param redact what becomes of each text; names of members are left alone */
export function redactTexts(value: unknown, redact: (text: string) => string): unknown {
  return typeof value === 'string'
    ? redact(value)
    : mapMembers(value, (member) => redactTexts(member, redact));
}

/**
 * @param marker stands in for whatever is at the path, except for a marker that is there already
 * @param onReplaced told of each replacement
 */
export function redactPath(
  value: unknown,
  path: JsonPath,
  marker: string,
  onReplaced: () => void,
): unknown {
  const [step, ...deeper] = path;
  if (step === undefined) {
    if (typeof value === 'string' && isMarker(value)) {
      return value;
    }
    onReplaced();
    return marker;
  }
  if (step !== 'every' && Array.isArray(value)) {
    return value;
  }
  return mapMembers(value, (member, name) =>
    step === 'every' || step.member === name
      ? redactPath(member, deeper, marker, onReplaced)
      : member,
  );
}

/** @returns the value itself where no member changes, or where it has none */
function mapMembers(value: unknown, change: (member: unknown, name: string) => unknown): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value).map(
    ([name, member]) => [name, change(member, name)] as const,
  );
  const members = value as Extra;
  if (entries.every(([name, member]) => member === members[name])) {
    return value;
  }
  return Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
}
