// Which namespaces the store has records of.

import { LIMIT_DEFAULT, type OrderDirection } from './invocation-query.ts';

export const namespaceOrderFields = ['name', 'lastStart'] as const;
export type NamespaceOrderField = (typeof namespaceOrderFields)[number];

export interface NamespaceQuery {
  /** Only these; all where '*'. */
  readonly among: readonly string[] | '*';
  /** A part of the name, in any letter case (ASCII and Unicode). */
  readonly search?: string;
  /** Ties are broken by the name, in the direction of `order`. */
  readonly orderBy: NamespaceOrderField;
  readonly order: OrderDirection;
  /** 0 counts only. */
  readonly limit: number;
  readonly offset: number;
}

export interface SeenNamespace {
  readonly name: string;
  /** Start of its first record, in microseconds since 1970. */
  readonly firstStartUs: number;
  /** Start of its newest record, in microseconds since 1970. */
  readonly lastStartUs: number;
}

export interface NamespacePage {
  /** Exact number of namespaces that match, at the same moment as the rows. */
  readonly total: number;
  readonly namespaces: readonly SeenNamespace[];
}

/**
 * Completes a question with its defaults: the first 20 by name.
 *
 * @param given what the caller said; which namespaces a caller may see has no default
 * @returns a whole query
 */
export function buildNamespaceQuery(
  given: Partial<NamespaceQuery> & Pick<NamespaceQuery, 'among'>,
): NamespaceQuery {
  return {
    ...given,
    orderBy: given.orderBy ?? 'name',
    order: given.order ?? 'asc',
    limit: given.limit ?? LIMIT_DEFAULT,
    offset: given.offset ?? 0,
  };
}
