// A writer whose writes end when the test says so.

import type { Invocation } from '../../src/domain/invocation.ts';
import type { InvocationBlock } from '../../src/domain/invocation-block.ts';
import type { InvocationWriter } from '../../src/domain/ports.ts';
import type { WriteOutcome } from '../../src/domain/receipt.ts';
import { invocationsIn } from './read-block.ts';

export class HeldWriter implements InvocationWriter {
  /** Every batch that was begun, in order. */
  readonly batches: (readonly Invocation[])[] = [];
  readonly #held: { finish(): void; fail(error: unknown): void }[] = [];

  write(batch: readonly InvocationBlock[]): Promise<readonly (readonly WriteOutcome[])[]> {
    this.batches.push(batch.flatMap(invocationsIn));
    return new Promise((resolve, reject) => {
      this.#held.push({
        finish: () => resolve(batch.map(outcomesOf)),
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

/** The records' sources where those are outcomes, so that a test says which ones it expects. */
export function outcomesOf(block: InvocationBlock): WriteOutcome[] {
  return invocationsIn(block).map(({ source }) =>
    source === 'replaced' || source === 'duplicate' ? source : 'accepted',
  );
}
