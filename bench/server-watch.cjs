// Loaded by the measured server before its program (node --require): watches the event loop and,
// when asked, where the time goes, and tells the bench over the channel between the two. What
// runs beside it is the program as it is shipped.

'use strict';

const { Session } = require('node:inspector');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { isMainThread } = require('node:worker_threads');

const RESOLUTION_MS = 5;
const PROFILE_INTERVAL_US = 500;

if (isMainThread && process.channel !== undefined) {
  watch();
}

function watch() {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const session = new Session();
  delay.enable();
  process.on('message', (question) => {
    switch (question) {
      case 'reset':
        delay.reset();
        process.send({});
        break;
      case 'delay':
        // Each measure is the time between two turns of a timer; what is over its own is the delay.
        process.send({ maxMs: Math.max(0, delay.max / 1e6 - RESOLUTION_MS) });
        break;
      case 'start-profile':
        session.connect();
        session.post('Profiler.enable');
        session.post('Profiler.setSamplingInterval', { interval: PROFILE_INTERVAL_US });
        session.post('Profiler.start', () => process.send({}));
        break;
      case 'stop-profile':
        session.post('Profiler.stop', (_error, { profile }) => process.send({ profile }));
        break;
      default:
        throw new Error(`the bench asks for ${question}, which is not known here`);
    }
  });
  // The program decides when the process ends, and the bench's end is its end.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
