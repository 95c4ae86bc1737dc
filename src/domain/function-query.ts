// Which functions the store has records of.

import { DEFAULT_NAMESPACE } from './invocation.ts';
import { LIMIT_DEFAULT, type OrderDirection } from './invocation-query.ts';

export const functionOrderFields = ['functionName', 'firstStart', 'lastStart'] as const;
export type FunctionOrderField = (typeof functionOrderFields)[number];

/** A demand on the newest record of a function. */
interface FactFilter {
  /** Names from the outermost member of `extra` inwards. */
  readonly path: readonly string[];
  /** The member is text and one of these. */
  readonly values: readonly string[];
}

export interface FunctionQuery {
  readonly namespace: string;
  /** A part of the name, in any letter case (ASCII and Unicode). */
  readonly search?: string;
  /** All of these hold. */
  readonly facts?: readonly FactFilter[];
  /** A part of the text at `extra.description` of its newest record, in any letter case. */
  readonly description?: string;
  /** Ties are broken by the name, in the direction of `order`. */
  readonly orderBy: FunctionOrderField;
  readonly order: OrderDirection;
  /** 0 counts only. */
  readonly limit: number;
  readonly offset: number;
}

export interface SeenFunction {
  readonly namespace: string;
  readonly functionName: string;
  /** Start of its first record, in microseconds since 1970. */
  readonly firstStartUs: number;
  /** Start of its newest record, in microseconds since 1970. */
  readonly lastStartUs: number;
  /** Unknown fields (`extra`) of its newest record: the latest start, then the latest ingest. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface FunctionPage {
  /** Exact number of functions that match, at the same moment as the rows. */
  readonly total: number;
  readonly functions: readonly SeenFunction[];
}

/**
 * Completes a question with its defaults: the first 20 of the default namespace by name.
 *
 * @param given what the caller said
 * @returns a whole query
 */
export function buildFunctionQuery(given: Partial<FunctionQuery>): FunctionQuery {
  return {
    ...given,
    namespace: given.namespace ?? DEFAULT_NAMESPACE,
    orderBy: given.orderBy ?? 'functionName',
    order: given.order ?? 'asc',
    limit: given.limit ?? LIMIT_DEFAULT,
    offset: given.offset ?? 0,
  };
}
