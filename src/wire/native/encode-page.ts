// A page of records on the native wire.

import type { InvocationPage } from '../../domain/invocation-page.ts';
import type { InvocationQuery } from '../../domain/invocation-query.ts';
import { encodeCompleteness, type NativeCompleteness } from './encode-completeness.ts';
import { encodeInvocation, type NativeInvocation } from './encode-invocation.ts';
import { encodeCursor } from './page-cursor.ts';
import { snippetFinder } from './snippets.ts';

export interface NativePage {
  readonly total: number;
  /** The mark that the answer is about: with it the same question has the same answer again. */
  readonly asOf: number;
  /** For the page after this one; left out where there is none. */
  readonly nextCursor?: string;
  readonly receipt?: NativeCompleteness;
  readonly invocations: readonly NativeInvocation[];
}

/**
 * @param query the question that was asked
 * @param nowMs the moment of the answer, in milliseconds since 1970
 */
export function encodePage(
  page: InvocationPage,
  query: InvocationQuery,
  nowMs: number,
): NativePage {
  const { total, asOf, next, invocations, completeness } = page;
  const snippetsOf = snippetFinder(query);
  return {
    total,
    asOf,
    ...(next === undefined ? {} : { nextCursor: encodeCursor(query, asOf, next) }),
    ...(completeness === undefined
      ? {}
      : { receipt: encodeCompleteness(completeness, query, nowMs) }),
    invocations: invocations.map((invocation) => ({
      ...encodeInvocation(invocation),
      ...(snippetsOf === undefined ? {} : { snippets: snippetsOf(invocation) }),
    })),
  };
}
