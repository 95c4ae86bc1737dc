// Blocks that are filled again: getting megabytes of memory anew for every request takes as long as
// reading some thousands of records.

import { InvocationBlock } from '../domain/invocation-block.ts';

const KEPT_MAX = 4;
/** A block that has grown larger than this is not kept. */
const KEPT_BYTES_MAX = 32 * 1024 * 1024;

export class BlockPool {
  readonly #kept: InvocationBlock[] = [];

  /** @returns an empty block */
  take(): InvocationBlock {
    return this.#kept.pop() ?? new InvocationBlock();
  }

  /** @param block that nobody reads any more; giving it twice is a mistake */
  give(block: InvocationBlock): void {
    if (this.#kept.length < KEPT_MAX && block.bytes <= KEPT_BYTES_MAX) {
      block.clear();
      this.#kept.push(block);
    }
  }
}
