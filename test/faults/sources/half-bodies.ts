// Many senders that stop half way through a body, beside all the others: the others go on, the
// memory of the server stays bounded, and nothing of what came by halves is stored.

import { getPage, testAuthorization } from '../../support/running-server.ts';
import { assertEqual } from '../whole-store.ts';
import { HALF_FUNCTION, HalfSenders } from './half-senders.ts';
import type { Fault, Stage } from './run-fault.ts';
import { until } from './until.ts';

const MIB = 2 ** 20;
const BODY_BYTES = 8 * MIB;
/** A bound, far above what it takes. */
const TURN_MS_MAX = 120_000;
const ACKNOWLEDGED_EACH = 3;
/**
 * Of the process, engine and all: what it takes anyway, and many times the 32 MiB of bodies that
 * the setting waitingBytesMax lets in. The halves of 200 bodies together are more.
 */
const RESIDENT_BYTES_MAX = 1_200 * MIB;
const RESIDENT = /^process_resident_memory_bytes (\d+)/m;

/** @param count of senders that stop half way; each comes back when it is told off or cut off */
export function halfBodies(count: number): Fault {
  return {
    name: 'half',
    problem: '',
    note: `${count} senders of ${BODY_BYTES / MIB} MiB that stop half way`,
    round: async (stage) => {
      const { url, fleet, draw } = stage;
      const half = new HalfSenders({ url, count, bodyBytes: BODY_BYTES, draw });
      const beganAt = performance.now();
      half.start();
      try {
        await fleet.during(untilEachWasTaken(stage));
      } finally {
        await half.stop();
      }
      const takenMs = Math.round(performance.now() - beganAt);
      await stage.check();
      assertEqual(half.endings.get(200), undefined, 'halves that were acknowledged');
      const { body } = await getPage(url, { functionName: HALF_FUNCTION, limit: 0 });
      assertEqual(body.total, 0, 'records of bodies that came by halves');
      const residentBytes = await residentBytesOf(url);
      if (!(residentBytes < RESIDENT_BYTES_MAX)) {
        throw new Error(`the server takes ${residentBytes} bytes, over ${RESIDENT_BYTES_MAX}`);
      }
      return `each taken ${ACKNOWLEDGED_EACH} times in ${takenMs} ms, ${Math.round(residentBytes / MIB)} MiB`;
    },
  };
}

async function untilEachWasTaken({ fleet }: Stage): Promise<void> {
  const before = new Map(fleet.http.map((shipper) => [shipper, shipper.tally.acknowledged]));
  await until('acknowledgements for every HTTP shipper', TURN_MS_MAX, () =>
    fleet.http.every(
      (shipper) => shipper.tally.acknowledged - (before.get(shipper) ?? 0) >= ACKNOWLEDGED_EACH,
    ),
  );
}

async function residentBytesOf(url: string): Promise<number> {
  const reply = await fetch(`${url}/metrics`, { headers: { authorization: testAuthorization } });
  return Number(RESIDENT.exec(await reply.text())?.[1]);
}
