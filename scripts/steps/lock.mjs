// Lets one process at a time install and build in this folder. The lock is a directory outside the
// project (an install empties node_modules, a build replaces dist), named after the project's path.

import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJson, root } from './project.mjs';
import { Stop } from './stop.mjs';

const waitMsMax = 15 * 60_000;
const pollMs = 250;
const noticeEveryMs = 15_000;
const heartbeatMs = 5_000;
// Several heartbeats: a holder that is silent for so long is gone, even if its process id was reused.
const silentMsMax = 60_000;

const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
const lockDir = join(tmpdir(), `fnlog-prepare-${userInfo().uid}-${name}`);

/** Runs `work` while holding the lock; waits for whoever has it, but not for ever. */
export async function withLock(work) {
  await acquire();
  const heartbeat = setInterval(() => touch(lockDir), heartbeatMs);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(lockDir, { recursive: true, force: true });
  }
}

async function acquire() {
  const start = performance.now();
  let nextNotice = start;
  while (!tryAcquire()) {
    if (isStale(lockDir)) {
      breakLock();
      continue;
    }
    const now = performance.now();
    if (now - start > waitMsMax) throw new Stop(waitedTooLong());
    if (now >= nextNotice) {
      process.stderr.write(
        `fnlog: waiting for process ${holder()}, which installs or builds here\n`,
      );
      nextNotice = now + noticeEveryMs;
    }
    await sleep(pollMs);
  }
}

/** A rename onto a directory that has something in it fails, so exactly one process gets through. */
function tryAcquire() {
  const ready = `${lockDir}.${randomUUID()}`;
  mkdirSync(ready);
  writeFileSync(join(ready, 'owner.json'), JSON.stringify({ pid: process.pid }));
  try {
    renameSync(ready, lockDir);
    return true;
  } catch (error) {
    rmSync(ready, { recursive: true, force: true });
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false;
    throw new Stop(`cannot make the lock ${lockDir}: ${error.message}`);
  }
}

function isStale(dir) {
  const stat = statSync(dir, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (Date.now() - stat.mtimeMs > silentMsMax) return true;
  const pid = readJson(join(dir, 'owner.json'))?.pid;
  return pid !== undefined && !isAlive(pid);
}

/** Only one process may break the lock, and only after it has looked again. */
function breakLock() {
  const guard = `${lockDir}.break`;
  try {
    mkdirSync(guard);
  } catch {
    const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > silentMsMax) rmSync(guard, { recursive: true, force: true });
    return;
  }
  try {
    if (isStale(lockDir)) rmSync(lockDir, { recursive: true, force: true });
  } finally {
    rmSync(guard, { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function touch(dir) {
  const now = new Date();
  try {
    utimesSync(dir, now, now);
  } catch {
    // Someone took the lock for abandoned and removed it: nothing left to keep alive.
  }
}

function holder() {
  return readJson(join(lockDir, 'owner.json'))?.pid ?? 'unknown';
}

function waitedTooLong() {
  const minutes = waitMsMax / 60_000;
  return `process ${holder()} has been installing or building here for over ${minutes} minutes; end it, or remove ${lockDir}`;
}
