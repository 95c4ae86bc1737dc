// The parameters of GET /api/v1/invocations.

import {
  type InvocationQuery,
  invocationStatuses,
  LIMIT_MAX,
  OFFSET_MAX,
  orderDirections,
  orderFields,
} from '../../domain/invocation-query.ts';
import {
  decodeNamed,
  oneOf,
  type ParameterDecoders,
  refuse,
  someText,
  timeUs,
  whole,
} from './decode-named.ts';
import { searchDecoders } from './decode-search.ts';

/** What a caller says; a cursor stands for where the page begins. */
export interface NativeQuery extends Partial<InvocationQuery> {
  readonly cursor?: string;
  /** Whether records are to have their rank. */
  readonly rank?: boolean;
  /** Whether the answer is to have a receipt. */
  readonly receipt?: boolean;
}

export const yesOrNo = ['true', 'false'] as const;

const SLOWER = /^>?(\d{1,9}(?:\.\d{1,6})?)(x|ms|s|m|h)$/;
const UNIT_US: Readonly<Record<string, number>> = {
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
};

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
  ...searchDecoders,
  cold: (draft, value, name) => {
    draft.cold = oneOf(yesOrNo, value, name) === 'true';
  },
  slow: (draft, value, name) => {
    draft.slowerThan = slowerThan(value, name);
  },
  since: (draft, value, name) => {
    draft.sinceUs = timeUs(value, name);
  },
  until: (draft, value, name) => {
    draft.untilUs = timeUs(value, name);
  },
};

/** Of runs that are stored, which is when their shape is known. */
export const storedFilterDecoders: ParameterDecoders<Draft> = {
  ...filterDecoders,
  errorShape: (draft, value, name) => {
    draft.errorShape = /^[0-9a-f]{16}$/.test(value)
      ? value
      : refuse(name, value, 'it takes the shapeId of GET /api/v1/errors');
  },
};

const decoders: ParameterDecoders<Draft> = {
  ...storedFilterDecoders,
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
  rank: (draft, value, name) => {
    draft.rank = oneOf(yesOrNo, value, name) === 'true';
  },
  receipt: (draft, value, name) => {
    draft.receipt = oneOf(yesOrNo, value, name) === 'true';
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

function slowerThan(value: string, name: string): NonNullable<InvocationQuery['slowerThan']> {
  const [, digits, unit = ''] = SLOWER.exec(value) ?? [];
  const number = Number(digits);
  if (Number.isNaN(number) || (unit === 'x' && number === 0)) {
    return refuse(
      name,
      value,
      'it takes times of the median as in >3x, or a duration as in >250ms',
    );
  }
  return unit === 'x' ? { times: number } : { us: Math.round(number * (UNIT_US[unit] ?? 1)) };
}
