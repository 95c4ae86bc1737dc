// The records of a block, for tests that look at them one by one.

import { invocationAt } from '../../src/domain/block-records.ts';
import type { Invocation } from '../../src/domain/invocation.ts';
import type { InvocationBlock } from '../../src/domain/invocation-block.ts';

export function invocationsIn(block: InvocationBlock): Invocation[] {
  return Array.from({ length: block.length }, (_, row) => invocationAt(block, row));
}
