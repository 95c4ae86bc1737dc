// What draws of questions have in common: parts that may be left out.

import fc from 'fast-check';

/** One of the values, or undefined. */
export function optional<Value>(...values: readonly Value[]): fc.Arbitrary<Value | undefined> {
  return fc.option(fc.constantFrom(...values), { nil: undefined });
}

/** What was drawn, without the parts that are undefined: as somebody asks who leaves them out. */
export function asGiven<Question>(drawn: object): Question {
  return Object.fromEntries(
    Object.entries(drawn).filter(([, value]) => value !== undefined),
  ) as Question;
}
