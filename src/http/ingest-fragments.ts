// From a decoder of fragments to a receipt.

import { type Key, mayIngest } from '../auth/keys.ts';
import { AppError } from '../domain/errors.ts';
import type { FragmentCandidate } from '../domain/fragment.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { FragmentService } from '../ingest/fragment-service.ts';

const nothing: Receipt = {
  accepted: 0,
  replaced: 0,
  duplicates: 0,
  rejectedCount: 0,
  rejected: [],
};

export interface IngestFragmentsOptions {
  readonly key: Key;
  /** The kind of source. */
  readonly source: string;
}

/**
 * @returns the key
 * @throws AppError unauthorized
 */
export function assertMayWriteEvents(key: Key): Key {
  if (key.role === 'read') {
    throw new AppError('unauthorized', 'a key of the role read may not write events');
  }
  return key;
}

/**
 * @param candidates read one by one; none at all is no fault, since senders also send what says
 *   nothing of runs
 * @throws AppError as FragmentService.ingest does, and as the decoder does
 */
export async function ingestFragments(
  service: FragmentService,
  candidates: Iterable<FragmentCandidate>,
  { key, source }: IngestFragmentsOptions,
): Promise<Receipt> {
  const iterator = candidates[Symbol.iterator]();
  const first = iterator.next();
  if (first.done === true) {
    return nothing;
  }
  return await service.ingest(withFirst(first.value, iterator), {
    mayIngest: (namespace) => mayIngest(key, namespace),
    source,
  });
}

function* withFirst<Item>(first: Item, rest: Iterator<Item>): Generator<Item> {
  yield first;
  for (let next = rest.next(); next.done !== true; next = rest.next()) {
    yield next.value;
  }
}
