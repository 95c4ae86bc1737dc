// Child processes: one that takes over the terminal, and one whose output is watched.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { Stop } from './stop.mjs';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];
// npm passes a signal on that the whole process group has seen already.
const repeatMs = 1000;
const parentPollMs = 200;

/** Runs with this terminal, passes signals on, and resolves to the exit code. */
export function runHere(command, args, options) {
  return finish(spawn(command, args, { stdio: 'inherit', ...options }));
}

/** Runs in silence: every line of both outputs goes to `onLine`. */
export function runWatched(command, args, { onLine, ...options }) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', onLine);
  }
  return finish(child);
}

function finish(child) {
  const stopForwarding = forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      stopForwarding();
      reject(new Stop(`cannot start ${child.spawnfile}: ${error.message}`));
    });
    child.once('close', (code, signal) => {
      stopForwarding();
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

function forwardSignals(child) {
  const lastSeen = new Map();
  const onSignal = (signal) => {
    const now = performance.now();
    const repeated = now - (lastSeen.get(signal) ?? Number.NEGATIVE_INFINITY) < repeatMs;
    lastSeen.set(signal, now);
    // Ctrl-C: the terminal has told the child as well.
    const fromTerminal = signal === 'SIGINT' && process.stdin.isTTY === true;
    if (!repeated && !fromTerminal) child.kill(signal);
  };
  for (const signal of forwarded) process.on(signal, onSignal);
  const watch = watchNpm(() => child.kill('SIGTERM'));
  return () => {
    clearInterval(watch);
    for (const signal of forwarded) process.off(signal, onSignal);
  };
}

/** npm can be killed without a word to what it started; nothing may be left running then. */
function watchNpm(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    onGone();
  }, parentPollMs);
  return watch.unref();
}
