// The good fragments of a request, and why the others are none.

import { AppError } from '../domain/errors.ts';
import type { Fragment, FragmentCandidate } from '../domain/fragment.ts';
import type { Rejection } from '../domain/receipt.ts';
import { checkFragment } from './check-fragment.ts';
import type { RejectionKind } from './ingest-observer.ts';
import { REJECTED_LISTED_MAX } from './ingest-request.ts';
import { Pauses } from './pauses.ts';
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
  rejectedCount = 0;
  readonly rejectedByKind = new Map<RejectionKind, number>();
  readonly #redact: (fragment: Fragment) => Fragment;
  readonly #rejected: Rejection[] = [];

  /** @param redact what becomes of each good fragment before it is joined to others */
  constructor(redact: (fragment: Fragment) => Fragment) {
    this.#redact = redact;
  }

  add(candidate: FragmentCandidate, { mayIngest, source }: SortOptions): void {
    const { line } = candidate;
    if ('unreadable' in candidate) {
      this.reject('unreadable', {
        line,
        field: candidate.field ?? '',
        reason: candidate.unreadable,
      });
      return;
    }
    const checked = checkFragment(candidate.fragment, source);
    if (!checked.ok) {
      this.reject('invalid_field', { line, ...checked.reason });
    } else if (mayIngest(checked.fragment.namespace)) {
      this.events.push({ line, fragment: this.#redact(checked.fragment) });
      this.bytes += candidate.bytes;
    } else {
      const reason = 'this key may not write to it';
      this.reject('forbidden_namespace', { line, field: 'namespace', reason });
    }
  }

  reject(kind: RejectionKind, rejection: Rejection): void {
    this.rejectedCount += 1;
    this.rejectedByKind.set(kind, (this.rejectedByKind.get(kind) ?? 0) + 1);
    if (this.#rejected.length < REJECTED_LISTED_MAX) {
      this.#rejected.push(rejection);
    }
  }

  /** The first of them, in the order of the request. */
  get rejected(): readonly Rejection[] {
    return this.#rejected.sort((a, b) => a.line - b.line);
  }

  /** The error of a request without one good event. */
  allRejected(): AppError {
    const { rejected, rejectedCount } = this;
    const first = rejected[0];
    const why =
      first === undefined
        ? 'the request holds no event'
        : `no event was taken; event ${first.line}: ${`${first.field} ${first.reason}`.trim()}`;
    return new AppError('all_rejected', why, {
      details: { accepted: 0, replaced: 0, duplicates: 0, rejectedCount, rejected },
    });
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
