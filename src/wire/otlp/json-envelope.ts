// The groups of a request in JSON.

import { AppError, shownValue } from '../../domain/errors.ts';
import { type Attributes, attributesOf } from './otlp-attributes.ts';
import {
  type MessageReader,
  type OtlpAttributeOwner,
  resourceReader,
  scopeReader,
} from './otlp-schema.ts';
import type { OtlpGroup } from './protobuf-envelope.ts';

/** How a request names its lists, such as resourceLogs, scopeLogs and logRecords. */
export interface OtlpListNames {
  readonly groups: string;
  readonly scoped: string;
  readonly records: string;
}

/** Objects and arrays of a body, each of which takes many times its bytes once it is parsed. */
const CONTAINERS_MAX = 1_000_000;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACKET_OPEN = 0x5b;
const BRACE_OPEN = 0x7b;
const HALF_SURROGATE = /\\u[dD][89a-fA-F]/;
const BYTE_ORDER_MARK = /^\ufeff/;

/**
 * @returns a group for each scope of each resource
 * @throws AppError malformed_request where the body is no such JSON; body_too_large
 */
export function jsonGroups(body: Buffer, names: OtlpListNames): readonly OtlpGroup<unknown>[] {
  return listOf(parse(body), names.groups).flatMap((group) => {
    const resource = ownerOf(group, 'resource', resourceReader);
    return listOf(group, names.scoped).map((scoped) => {
      const scope = ownerOf(scoped, 'scope', scopeReader);
      const records = listOf(scoped, names.records);
      return { resource, scope, records: () => records };
    });
  });
}

function parse(body: Buffer): unknown {
  if (countContainers(body) > CONTAINERS_MAX) {
    throw new AppError(
      'body_too_large',
      `the body holds over ${CONTAINERS_MAX} objects and arrays: send it in parts`,
    );
  }
  const text = body.toString('utf8').replace(BYTE_ORDER_MARK, '');
  try {
    return HALF_SURROGATE.test(text) ? JSON.parse(text, wellFormed) : JSON.parse(text);
  } catch (cause) {
    throw new AppError('malformed_request', 'the body is not valid JSON', { cause });
  }
}

function countContainers(body: Buffer): number {
  let count = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === QUOTE) {
      at = stringEnd(body, at);
    } else if (byte === BRACE_OPEN || byte === BRACKET_OPEN) {
      count += 1;
    }
  }
  return count;
}

function stringEnd(body: Buffer, open: number): number {
  for (let at = open + 1; at < body.length; at += 1) {
    if (body[at] === BACKSLASH) {
      at += 1;
    } else if (body[at] === QUOTE) {
      return at;
    }
  }
  return body.length;
}

function wellFormed(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

function listOf(owner: unknown, name: string): readonly unknown[] {
  const list = memberOf(owner, name) ?? [];
  if (!Array.isArray(list)) {
    throw new AppError('malformed_request', `${name} must be an array, not ${shownValue(list)}`);
  }
  return list;
}

/** A name may also be written as in the protobuf definition, which other receivers accept too. */
function memberOf(owner: unknown, name: string): unknown {
  if (typeof owner !== 'object' || owner === null || Array.isArray(owner)) {
    throw new AppError(
      'malformed_request',
      `the body is no OTLP export request in JSON: an object with ${name} is expected, not ${shownValue(owner)}`,
    );
  }
  const members = owner as Readonly<Record<string, unknown>>;
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.hasOwn(members, name) ? members[name] : members[snake];
}

function ownerOf(
  group: unknown,
  name: string,
  reader: MessageReader<OtlpAttributeOwner>,
): Attributes {
  const owner = memberOf(group, name) ?? {};
  try {
    return attributesOf(reader.json(owner));
  } catch (cause) {
    throw new AppError(
      'malformed_request',
      `${name} is no OTLP ${name} in JSON: ${shownValue(owner)}`,
      { cause },
    );
  }
}
