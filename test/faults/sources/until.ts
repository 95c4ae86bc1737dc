// Waits for what must come, and says what did not.

import { wait } from '../../support/running-server.ts';

const ASK_MS = 50;

/**
 * @param what for the error
 * @param msMax a bound, far above what it takes
 */
export async function until(
  what: string,
  msMax: number,
  isSo: () => boolean | Promise<boolean>,
): Promise<void> {
  const giveUpAt = performance.now() + msMax;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) {
      throw new Error(`${what}: not within ${msMax} ms`);
    }
    await wait(ASK_MS);
  }
}
