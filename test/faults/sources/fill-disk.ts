// The disk of the data directory fills up while everybody sends, and has space again.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { wait } from '../../support/running-server.ts';
import { fillDisk, smallDiskProblem, withSmallDisk } from '../small-disk.ts';
import type { Fault, Stage } from './run-fault.ts';
import { until } from './until.ts';

/** What a server needs to start, and what the runs of a few rounds take, several times. */
const DISK = 'size=512m';
const FILL_MS_MIN = 300;
const FILL_MS_MAX = 1_500;
/** A bound, far above what it takes. */
const TURN_MS_MAX = 60_000;
const REASON = /disk is full/;

export const fillTheDisk: Fault = {
  name: 'disk',
  problem: smallDiskProblem(),
  withDataDir: (use) => withSmallDisk(DISK, use),
  round: async (stage) => {
    const { fleet, draw, serve } = stage;
    await fleet.during(wait(FILL_MS_MIN + draw() * (FILL_MS_MAX - FILL_MS_MIN)));
    const filler = join(serve.dataDir, 'filler');
    const fullAt = performance.now();
    let refused: number;
    try {
      await fleet.during(untilRefused(stage, filler));
      refused = await stage.check(true);
    } finally {
      rmSync(filler, { force: true });
    }
    const freeAt = performance.now();
    await fleet.during(untilTaken(stage));
    await fleet.during(untilAnswered(stage));
    return [
      `full for ${Math.round(freeAt - fullAt)} ms`,
      ...(refused === 0 ? [] : [`${refused} questions refused`]),
      `everybody taken again ${Math.round(performance.now() - freeAt)} ms later`,
    ].join(', ');
  },
};

/** Merges give space back in between, so it is filled again and again. */
async function untilRefused({ fleet }: Stage, filler: string): Promise<void> {
  const before = new Map(fleet.http.map((shipper) => [shipper, shipper.tally.refused]));
  await until('a refusal of every HTTP shipper', TURN_MS_MAX, () => {
    fillDisk(filler);
    return fleet.http.every((shipper) => shipper.tally.refused > (before.get(shipper) ?? 0));
  });
  for (const { name, lastRefusal } of fleet.http) {
    if (!lastRefusal.startsWith('503 ') || !REASON.test(lastRefusal)) {
      throw new Error(`${name} was refused without the reason: ${lastRefusal}`);
    }
  }
}

async function untilTaken({ fleet }: Stage): Promise<void> {
  const before = new Map(fleet.http.map((shipper) => [shipper, shipper.tally.acknowledged]));
  await until('an acknowledgement for every HTTP shipper', TURN_MS_MAX, () =>
    fleet.http.every((shipper) => shipper.tally.acknowledged > (before.get(shipper) ?? 0)),
  );
}

/**
 * Where a write or a merge was cut short, the store is opened anew: that takes a moment after there
 * is space again, and until then it refuses questions as well.
 */
async function untilAnswered(stage: Stage): Promise<void> {
  await until('answers to all questions', TURN_MS_MAX, async () => (await stage.check(true)) === 0);
}
