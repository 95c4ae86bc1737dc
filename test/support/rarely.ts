// Members of a random question that are mostly left out: many filters at once match nothing, and
// two empty answers are always the same.

import fc from 'fast-check';

/** @returns a value in one of four cases, undefined otherwise */
export function rarely<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: value },
  );
}
