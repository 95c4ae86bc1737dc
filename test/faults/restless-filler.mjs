// A worker that fills a disk up and frees it again, as fast as it can, until it is told to stop.
// Plain JavaScript, since a worker is started without a compiler.

import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

const { path, fullMsMax, freeMsMax } = workerData;
const PIECE = Buffer.alloc(256 * 1024, 1);

let isStopped = false;
let fills = 0;
parentPort.once('message', () => {
  isStopped = true;
});
while (!isStopped) {
  await wait(Math.random() * freeMsMax);
  const descriptor = openSync(path, 'w');
  fillUp(descriptor);
  fills += 1;
  await wait(Math.random() * fullMsMax);
  ftruncateSync(descriptor);
  closeSync(descriptor);
}
rmSync(path, { force: true });
parentPort.postMessage(fills);

function fillUp(descriptor) {
  try {
    for (;;) {
      writeSync(descriptor, PIECE);
    }
  } catch (error) {
    if (error.code !== 'ENOSPC') {
      throw error;
    }
  }
}
