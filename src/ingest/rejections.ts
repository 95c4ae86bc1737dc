// What of a request was not taken: counted by kind, and the first of them spelled out.

import { AppError } from '../domain/errors.ts';
import type { Receipt, Rejection } from '../domain/receipt.ts';
import type { IngestObserver, RejectionKind } from './ingest-observer.ts';

/** How many rejections a receipt spells out; all of them are counted. */
export const REJECTED_LISTED_MAX = 1_000;

export class Rejections {
  #count = 0;
  readonly #byKind = new Map<RejectionKind, number>();
  readonly #listed: Rejection[] = [];

  get count(): number {
    return this.#count;
  }

  add(kind: RejectionKind, rejection: Rejection): void {
    this.#count += 1;
    this.#byKind.set(kind, (this.#byKind.get(kind) ?? 0) + 1);
    if (this.#listed.length < REJECTED_LISTED_MAX) {
      this.#listed.push(rejection);
    }
  }

  tell(observer: IngestObserver, source: string): void {
    for (const [kind, count] of this.#byKind) {
      observer.rejected(source, kind, count);
    }
  }

  /** What a receipt says of them; the first come in the order of the request. */
  get told(): Pick<Receipt, 'rejectedCount' | 'rejected'> {
    const rejected = this.#listed.sort((a, b) => a.line - b.line);
    return { rejectedCount: this.#count, rejected };
  }

  /**
   * The error of a request without one good element.
   *
   * @param what its elements are called, and where one stands
   */
  allRejected({ what, place }: { readonly what: string; readonly place: string }): AppError {
    const { told } = this;
    const [first] = told.rejected;
    const why =
      first === undefined
        ? `the request holds no ${what}`
        : `no ${what} was taken; ${place} ${first.line}: ${`${first.field} ${first.reason}`.trim()}`;
    return new AppError('all_rejected', why, {
      details: { accepted: 0, replaced: 0, duplicates: 0, ...told },
    });
  }
}
