// A few rounds of every fault under all kinds of sources at once; npm run soak:sources has more.

import { expect, test } from 'vitest';
import { fillTheDisk } from './sources/fill-disk.ts';
import { halfBodies } from './sources/half-bodies.ts';
import { jumpingClock } from './sources/jump-clock.ts';
import { killServer } from './sources/kill-server.ts';
import { type Fault, runFault } from './sources/run-fault.ts';

const HALF_SENDERS = 40;
const faults: readonly (readonly [fault: Fault, rounds: number])[] = [
  [killServer, 3],
  [fillTheDisk, 2],
  [jumpingClock(), 3],
  [halfBodies(HALF_SENDERS), 1],
];

for (const [fault, rounds] of faults) {
  test.skipIf(fault.problem !== '')(
    `every run of every source is there once: ${fault.name} ${fault.problem}`,
    async () => {
      const seed = Math.trunc(Math.random() * 2 ** 31);
      const summary = await runFault(fault, { seed, rounds });
      expect(summary.rounds).toHaveLength(rounds);
      expect(summary.runs).toBeGreaterThan(0);
    },
    300_000,
  );
}
