// The good fragments of a request, and why the others are none.

import type { Fragment, FragmentCandidate } from '../domain/fragment.ts';
import { checkFragment } from './check-fragment.ts';
import { Pauses } from './pauses.ts';
import { Rejections } from './rejections.ts';
import type { FragmentEvent } from './resolve-streams.ts';

export interface SortOptions {
  /** Fragments of other namespaces are rejected. */
  readonly mayIngest: (namespace: string) => boolean;
  /** The kind of source, for fragments that do not say. */
  readonly source: string;
}

/** What became of the events of one request so far. */
export class SortedFragments {
  readonly events: FragmentEvent[] = [];
  /** Of the good ones, on the wire. */
  bytes = 0;
  readonly rejections = new Rejections();
  readonly #redact: (fragment: Fragment) => Fragment;

  /** @param redact what becomes of each good fragment before it is joined to others */
  constructor(redact: (fragment: Fragment) => Fragment) {
    this.#redact = redact;
  }

  add(candidate: FragmentCandidate, { mayIngest, source }: SortOptions): void {
    const { line } = candidate;
    if ('unreadable' in candidate) {
      this.rejections.add('unreadable', {
        line,
        field: candidate.field ?? '',
        reason: candidate.unreadable,
      });
      return;
    }
    const checked = checkFragment(candidate.fragment, source);
    if (!checked.ok) {
      this.rejections.add('invalid_field', { line, ...checked.reason });
    } else if (mayIngest(checked.fragment.namespace)) {
      this.events.push({ line, fragment: this.#redact(checked.fragment) });
      this.bytes += candidate.bytes;
    } else {
      const reason = 'this key may not write to it';
      this.rejections.add('forbidden_namespace', { line, field: 'namespace', reason });
    }
  }
}

export async function sortFragments(
  candidates: Iterable<FragmentCandidate>,
  options: SortOptions,
  redact: (fragment: Fragment) => Fragment,
): Promise<SortedFragments> {
  const sorted = new SortedFragments(redact);
  const pauses = new Pauses();
  for (const candidate of candidates) {
    sorted.add(candidate, options);
    await pauses.ifDue();
  }
  return sorted;
}
