// SIGKILL of the server at a random moment, now and then during its start as well, and of those
// that send from a process of their own.

import { ServeProcess, startServer, wait } from '../../support/running-server.ts';
import type { Fault, Stage } from './run-fault.ts';

const KILL_MS_MIN = 100;
const KILL_MS_MAX = 1_500;
const KILL_START_MS_MAX = 900;
const KILL_START_SHARE = 0.25;
const RESTART_SHARE = 0.25;

export const killServer: Fault = {
  name: 'kill',
  problem: '',
  round: async (stage) => {
    const afterMs = KILL_MS_MIN + stage.draw() * (KILL_MS_MAX - KILL_MS_MIN);
    await stage.fleet.during(wait(afterMs));
    await stage.server.process.kill9();
    const restarting = restartPrograms(stage);
    const startKilled = await maybeKillStart(stage);
    const beganAt = performance.now();
    stage.server = await stage.fleet.during(startServer(stage.serve));
    const restartMs = Math.round(performance.now() - beganAt);
    const programs = await restarting;
    await stage.check();
    return [
      `killed after ${Math.round(afterMs)} ms`,
      ...(startKilled ? ['its start too'] : []),
      `back in ${restartMs} ms`,
      ...programs.map((name) => `${name} started anew`),
    ].join(', ');
  },
};

/** Now and then the recovery itself is killed: it has to be safe to run again. */
async function maybeKillStart({ draw, serve }: Stage): Promise<boolean> {
  if (draw() >= KILL_START_SHARE) {
    return false;
  }
  const starting = new ServeProcess(serve);
  await wait(draw() * KILL_START_MS_MAX);
  await starting.kill9();
  return true;
}

async function restartPrograms({ fleet, draw }: Stage): Promise<string[]> {
  const chosen = fleet.programs.filter(() => draw() < RESTART_SHARE);
  await Promise.all(chosen.map((program) => program.restart?.()));
  return chosen.map(({ name }) => name);
}
