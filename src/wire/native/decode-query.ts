// The parameters of GET /api/v1/invocations.

import { AppError, shownValue } from '../../domain/errors.ts';
import {
  type InvocationQuery,
  invocationStatuses,
  LIMIT_MAX,
  OFFSET_MAX,
  orderDirections,
  orderFields,
} from '../../domain/invocation-query.ts';
import { parseRfc3339Us } from '../../domain/rfc3339.ts';
import { decodeParameters } from '../decode-parameters.ts';

/** What a caller says; a cursor stands for where the page begins. */
export interface NativeQuery extends Partial<InvocationQuery> {
  readonly cursor?: string;
}

type Draft = { -readonly [Key in keyof NativeQuery]?: NativeQuery[Key] };
type Decoder = (draft: Draft, value: string, name: string) => void;

const DIGITS = /^\d{1,16}$/;

const decoders: Readonly<Record<string, Decoder>> = {
  namespace: (draft, value, name) => {
    draft.namespace = someText(value, name);
  },
  functionName: (draft, value, name) => {
    draft.functionName = someText(value, name);
  },
  qualifier: (draft, value, name) => {
    draft.qualifier = someText(value, name);
  },
  requestId: (draft, value, name) => {
    draft.requestId = someText(value, name);
  },
  status: (draft, value, name) => {
    draft.status = oneOf(invocationStatuses, value, name);
  },
  since: (draft, value, name) => {
    draft.sinceUs = timeUs(value, name);
  },
  until: (draft, value, name) => {
    draft.untilUs = timeUs(value, name);
  },
  orderBy: (draft, value, name) => {
    draft.orderBy = oneOf(orderFields, value, name);
  },
  order: (draft, value, name) => {
    draft.order = oneOf(orderDirections, value, name);
  },
  limit: (draft, value, name) => {
    draft.limit = whole(value, name, LIMIT_MAX);
  },
  offset: (draft, value, name) => {
    draft.offset = whole(value, name, OFFSET_MAX);
  },
  asOf: (draft, value, name) => {
    draft.asOf = whole(value, name, Number.MAX_SAFE_INTEGER);
  },
  cursor: (draft, value, name) => {
    draft.cursor = someText(value, name);
  },
};

/**
 * @param encoded the bytes after the `?`
 * @returns what was given; defaults are the domain's
 * @throws AppError malformed_request, invalid_parameter: with the name, the value and what is
 *   accepted; an unknown name is refused, since leaving it out would answer another question
 */
export function decodeQuery(encoded: Uint8Array): NativeQuery {
  const draft: Draft = {};
  for (const [name, value] of decodeParameters(encoded)) {
    const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
    if (decode === undefined) {
      const known = Object.keys(decoders).join(', ');
      throw new AppError(
        'invalid_parameter',
        `there is no parameter ${shownValue(name)}; known: ${known}`,
        { details: { parameter: name } },
      );
    }
    decode(draft, value, name);
  }
  return draft;
}

function someText(value: string, name: string): string {
  return value === '' ? refuse(name, value, 'leave it out where it does not matter') : value;
}

function oneOf<Value extends string>(
  accepted: readonly Value[],
  value: string,
  name: string,
): Value {
  const found = accepted.find((one) => one === value);
  return found ?? refuse(name, value, `it takes ${accepted.join(', ')}`);
}

function whole(value: string, name: string, max: number): number {
  const number = DIGITS.test(value) ? Number(value) : Number.NaN;
  return number <= max ? number : refuse(name, value, `it takes a whole number from 0 to ${max}`);
}

function timeUs(value: string, name: string): number {
  return (
    parseRfc3339Us(value) ??
    refuse(name, value, 'it takes RFC 3339 with a zone, such as 2026-01-31T12:00:00Z')
  );
}

function refuse(name: string, value: string, accepted: string): never {
  throw new AppError('invalid_parameter', `${name} is ${shownValue(value)}: ${accepted}`, {
    details: { parameter: name },
  });
}
