// The clock of the server jumps by an hour, both ways, while everybody sends. Nothing of it may
// reach the records; only what is said of runs that have not ended follows it.

import { rfc3339 } from '../../../src/wire/native/encode-invocation.ts';
import { getPage, postRecords } from '../../support/running-server.ts';
import { assertEqual } from '../whole-store.ts';
import type { ProducedRun } from './produced-run.ts';
import type { Fault, Stage } from './run-fault.ts';
import { ServerClock } from './server-clock.ts';
import { until } from './until.ts';

const HOUR_S = 3_600;
const STEPS = [HOUR_S, -HOUR_S, 0, -HOUR_S, HOUR_S, 0] as const;
/** A bound, far above what it takes. */
const TURN_MS_MAX = 60_000;
const ACKNOWLEDGED_MIN = 20;
const HALF_AN_HOUR_MS = 1_800_000;
const SILENT = 'silent';

export function jumpingClock(): Fault {
  let clock: ServerClock | undefined;
  let begunMs = 0;
  let turns = 0;
  return {
    name: 'clock',
    problem: '',
    note: 'the clock of JavaScript is turned, not that of the engine',
    serve: (directory) => {
      clock = new ServerClock(directory);
      return { env: clock.environment };
    },
    begin: async (stage) => {
      begunMs = Date.now();
      await beginSilentRun(stage, 'early', begunMs - HALF_AN_HOUR_MS);
      await beginSilentRun(stage, 'late', begunMs);
    },
    round: async (stage) => {
      const aheadS = STEPS[turns % STEPS.length] ?? 0;
      turns += 1;
      clock?.turn(aheadS);
      await stage.fleet.during(untilStatusFollows(stage.url, begunMs, aheadS));
      const before = stage.fleet.tally().acknowledged;
      await stage.fleet.during(
        until('acknowledgements', TURN_MS_MAX, () => {
          return stage.fleet.tally().acknowledged > before + ACKNOWLEDGED_MIN;
        }),
      );
      await stage.check();
      const { refused, unanswered } = stage.fleet.tally();
      assertEqual({ refused, unanswered }, { refused: 0, unanswered: 0 }, 'requests not taken');
      return `clock ${aheadS / HOUR_S} h ahead`;
    },
  };
}

/** A run of which only the start is ever known, with a minute less than half an hour to go. */
async function beginSilentRun(stage: Stage, requestId: string, startMs: number): Promise<void> {
  const record = {
    ...{ namespace: 'default', functionName: SILENT, qualifier: '$LATEST', requestId, retryNum: 0 },
    startTime: rfc3339(startMs * 1_000),
    ...{ duration: 0, billDuration: 0, memUsage: 0, memoryLimit: 0 },
    timeLimit: HALF_AN_HOUR_MS - 60_000,
    ...{ retCode: 2, statusCode: 0, invokeFinished: 0, retMsg: '', log: 'begun', traceId: '' },
    source: 'fault-test',
  };
  const run: ProducedRun = { functionName: SILENT, requestId, record };
  const { status, body } = await postRecords(stage.url, [record]);
  assertEqual([status, body.accepted], [200, 1], 'answer to a start');
  stage.others.push(run);
}

/** The one is over its time half an hour before the other. */
async function untilStatusFollows(url: string, begunMs: number, aheadS: number): Promise<void> {
  const nowMs = Date.now() + aheadS * 1_000;
  const expected = {
    early: nowMs > begunMs ? 'lost' : 'running',
    late: nowMs > begunMs + HALF_AN_HOUR_MS ? 'lost' : 'running',
  };
  await until(`the status of runs ${aheadS} s ahead`, TURN_MS_MAX, async () => {
    const statuses = await Promise.all(Object.keys(expected).map((id) => statusOf(url, id)));
    return JSON.stringify(statuses) === JSON.stringify(Object.values(expected));
  });
}

async function statusOf(url: string, requestId: string): Promise<unknown> {
  const { body } = await getPage(url, { functionName: SILENT, requestId });
  return body.invocations[0]?.['runStatus'];
}
