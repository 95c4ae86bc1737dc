// The parameters of GET /api/v1/invocations.

import { RE2JS } from 're2js';
import { AppError } from '../../domain/errors.ts';
import {
  type InvocationQuery,
  invocationStatuses,
  LIMIT_MAX,
  OFFSET_MAX,
  orderDirections,
  orderFields,
} from '../../domain/invocation-query.ts';
import { parseSearch, SEARCH_CHARS_MAX } from '../../domain/text-search.ts';
import {
  decodeNamed,
  oneOf,
  type ParameterDecoders,
  refuse,
  someText,
  timeUs,
  whole,
} from './decode-named.ts';

/** What a caller says; a cursor stands for where the page begins. */
export interface NativeQuery extends Partial<InvocationQuery> {
  readonly cursor?: string;
}

type Draft = { -readonly [Key in keyof NativeQuery]?: NativeQuery[Key] };

/** What narrows a question down. */
export const filterDecoders: ParameterDecoders<Draft> = {
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
  search: (draft, value, name) => {
    parseSearch(value, name);
    draft.search = value;
  },
  contains: (draft, value, name) => {
    draft.contains = boundedText(value, name);
  },
  regex: (draft, value, name) => {
    assertRegex(value, name);
    draft.regex = value;
  },
  since: (draft, value, name) => {
    draft.sinceUs = timeUs(value, name);
  },
  until: (draft, value, name) => {
    draft.untilUs = timeUs(value, name);
  },
};

const decoders: ParameterDecoders<Draft> = {
  ...filterDecoders,
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
 * @throws AppError as decodeNamed does
 */
export function decodeQuery(encoded: Uint8Array): NativeQuery {
  return decodeNamed<Draft>(encoded, decoders, {});
}

function boundedText(value: string, name: string): string {
  return value.length <= SEARCH_CHARS_MAX
    ? someText(value, name)
    : refuse(name, value, `it takes ${SEARCH_CHARS_MAX} characters at most`);
}

/** The engine's own syntax, so that what it would refuse is told before it is asked. */
function assertRegex(value: string, name: string): void {
  try {
    RE2JS.compile(boundedText(value, name));
  } catch (error) {
    if (error instanceof AppError) {
      throw error;
    }
    const problem = error instanceof Error ? error.message : 'it cannot be read';
    refuse(name, value, `it takes a regular expression of RE2: ${problem}`);
  }
}
