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

export interface SortedFragmentsOptions {
  /** What becomes of each good fragment before it is joined to others. */
  readonly redact: (fragment: Fragment) => Fragment;
  /** Told of each fragment that is no good; undefined where nothing of it is known. */
  readonly onRejected: (fragment: Fragment | undefined) => void;
}

/** What became of the events of one request so far. */
export class SortedFragments {
  readonly events: FragmentEvent[] = [];
  /** Of the good ones, on the wire. */
  bytes = 0;
  readonly rejections = new Rejections();
  readonly #options: SortedFragmentsOptions;

  constructor(options: SortedFragmentsOptions) {
    this.#options = options;
  }

  add(candidate: FragmentCandidate, { mayIngest, source }: SortOptions): void {
    const { line } = candidate;
    if ('unreadable' in candidate) {
      this.rejections.add('unreadable', {
        line,
        field: candidate.field ?? '',
        reason: candidate.unreadable,
      });
      this.#options.onRejected(undefined);
      return;
    }
    const checked = checkFragment(candidate.fragment, source);
    if (!checked.ok) {
      this.rejections.add('invalid_field', { line, ...checked.reason });
      this.#options.onRejected(candidate.fragment);
    } else if (mayIngest(checked.fragment.namespace)) {
      this.events.push({ line, fragment: this.#options.redact(checked.fragment) });
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
  sortedOptions: SortedFragmentsOptions,
): Promise<SortedFragments> {
  const sorted = new SortedFragments(sortedOptions);
  const pauses = new Pauses();
  for (const candidate of candidates) {
    sorted.add(candidate, options);
    await pauses.ifDue();
  }
  return sorted;
}
