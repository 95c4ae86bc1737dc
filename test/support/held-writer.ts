// A writer whose writes end when the test says so.

import type { Invocation } from '../../src/domain/invocation.ts';
import type { InvocationWriter } from '../../src/domain/ports.ts';
import type { WriteOutcome } from '../../src/domain/receipt.ts';

export class HeldWriter implements InvocationWriter {
  /** Every batch that was begun, in order. */
  readonly batches: (readonly Invocation[])[] = [];
  readonly #held: { finish(): void; fail(error: unknown): void }[] = [];

  write(batch: readonly Invocation[]): Promise<readonly WriteOutcome[]> {
    this.batches.push(batch);
    return new Promise((resolve, reject) => {
      this.#held.push({
        finish: () => resolve(batch.map(outcomeOf)),
        fail: reject,
      });
    });
  }

  /** Ends the write under way, which is there already. */
  finish(): void {
    this.#next().finish();
  }

  fail(error: unknown): void {
    this.#next().fail(error);
  }

  #next() {
    const next = this.#held.shift();
    if (next === undefined) {
      throw new Error('no write is under way');
    }
    return next;
  }
}

/** The record's source where that is an outcome, so that a test says which one it expects. */
export function outcomeOf({ source }: Invocation): WriteOutcome {
  return source === 'replaced' || source === 'duplicate' ? source : 'accepted';
}
