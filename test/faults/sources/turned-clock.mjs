// Loaded into a server before its own code: its dates are ahead of the real ones by as many seconds
// as a file says. Covers Date alone, not what is no JavaScript.

import { readFileSync } from 'node:fs';

const RealDate = globalThis.Date;
const READ_AGAIN_MS = 1_000;
let aheadMs = 0;
let readAt = Number.NEGATIVE_INFINITY;

function now() {
  if (performance.now() - readAt > READ_AGAIN_MS) {
    readAt = performance.now();
    aheadMs = Number(readFileSync(process.env.TURNED_CLOCK_FILE, 'utf8')) * 1_000;
  }
  return RealDate.now() + aheadMs;
}

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, asked) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, asked),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
