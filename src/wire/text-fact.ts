// What a record says of its function besides its run, such as the runtime: an unknown field to
// ingest, which the lists of functions print where it is there.

import type { SeenFunction } from '../domain/function-query.ts';

/** What the function's newest record says of it, if that is text. */
export function textFact({ facts }: SeenFunction, name: string): string | undefined {
  const fact = Object.hasOwn(facts, name) ? facts[name] : undefined;
  return typeof fact === 'string' ? fact : undefined;
}
