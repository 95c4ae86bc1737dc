// The disk of the data directory fills up while everybody sends, and has space again.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { getPage, wait } from '../../support/running-server.ts';
import { fillDisk, smallDiskProblem, withSmallDisk } from '../small-disk.ts';
import { assertEqual } from '../whole-store.ts';
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
    const beganAt = performance.now();
    try {
      await fleet.during(untilRefused(stage, filler));
      const page = await getPage(stage.url, { limit: 20 });
      assertEqual(page.status, 200, 'status of a question while the disk is full');
      await stage.check();
    } finally {
      rmSync(filler, { force: true });
    }
    const fullMs = performance.now() - beganAt;
    await fleet.during(untilTaken(stage));
    const takenMs = performance.now() - beganAt - fullMs;
    return `full for ${Math.round(fullMs)} ms, everybody taken again ${Math.round(takenMs)} ms later`;
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
