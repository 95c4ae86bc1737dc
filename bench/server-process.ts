// A real server in a process of its own, on a data directory of its own: the built program with its
// default settings, so that what is measured is what is shipped.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Profiler } from 'node:inspector';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { readProcessMemory, resetPeakMemory } from '../src/runner/process-memory.ts';
import { undoAtExit } from './undo-at-exit.ts';

const BUILD = fileURLToPath(new URL('../scripts/build.mjs', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../dist/launch.cjs', import.meta.url));
const WATCH = fileURLToPath(new URL('./server-watch.cjs', import.meta.url));
const SECRET_ID = 'bench';
const SECRET_KEY = 'bench-secret-key-bench-secret-key';
const LISTENING = /^fnlog listening on (http:\S+)$/;
const STOP_MS_MAX = 60_000;

type Question = 'reset' | 'delay' | 'start-profile' | 'stop-profile';

export interface ServerFigures {
  /** The most that was resident since the last reset; undefined where the system does not tell. */
  readonly peakBytes: number | undefined;
  /** The longest that the event loop was held since the last reset. */
  readonly loopDelayMaxMs: number;
}

/** Builds what startServerProcess starts. */
export function buildServerProgram(): void {
  const { status } = spawnSync(process.execPath, [BUILD], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) {
    throw new Error('dist/ could not be built; see above');
  }
}

/** Starts `fnlog serve` and waits until it listens. */
export async function startServerProcess(dataDir: string): Promise<ServerProcess> {
  const flags = ['--port', '0', '--data-dir', dataDir, '--log-level', 'warn'];
  const child = spawn(process.execPath, ['--require', WATCH, PROGRAM, 'serve', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      FNLOG_SECRET_ID: SECRET_ID,
      FNLOG_SECRET_KEY: SECRET_KEY,
    },
  });
  const kill = undoAtExit(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const url = await listeningUrl(child.stdout as Readable);
  return new ServerProcess({ child, kill, ended, url });
}

interface Started {
  readonly child: ChildProcess;
  readonly kill: () => void;
  readonly ended: Promise<unknown>;
  readonly url: string;
}

/** A running `fnlog serve`. */
export class ServerProcess {
  readonly key = { secretId: SECRET_ID, secretKey: SECRET_KEY } as const;
  /** The value of the Authorization header. */
  readonly authorization = `Basic ${Buffer.from(`${SECRET_ID}:${SECRET_KEY}`).toString('base64')}`;
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #kill: () => void;
  readonly #ended: Promise<unknown>;

  constructor({ child, kill, ended, url }: Started) {
    this.#child = child;
    this.#kill = kill;
    this.#ended = ended;
    this.url = url;
  }

  /** Stops all of its threads, so that its merges cost others nothing. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  /** Peaks begin anew. */
  async reset(): Promise<void> {
    resetPeakMemory(this.#child.pid ?? 0);
    await this.#ask('reset');
  }

  async figures(): Promise<ServerFigures> {
    const { maxMs } = (await this.#ask('delay')) as { maxMs: number };
    const peakBytes = readProcessMemory(this.#child.pid ?? 0)?.peakBytes;
    return { peakBytes, loopDelayMaxMs: maxMs };
  }

  /** Undefined where the system does not tell. */
  residentBytes(): number | undefined {
    return readProcessMemory(this.#child.pid ?? 0)?.residentBytes;
  }

  async startProfile(): Promise<void> {
    await this.#ask('start-profile');
  }

  /** @returns what the thread of the event loop did since startProfile */
  async stopProfile(): Promise<Profiler.Profile> {
    const { profile } = (await this.#ask('stop-profile')) as { profile: Profiler.Profile };
    return profile;
  }

  /** Stops the server as an operator would, and waits for it. */
  async stop(): Promise<void> {
    this.resume();
    this.#child.kill('SIGTERM');
    const timer = setTimeout(this.#kill, STOP_MS_MAX);
    await this.#ended;
    clearTimeout(timer);
    this.#kill();
  }

  async #ask(question: Question): Promise<unknown> {
    const answered = once(this.#child, 'message');
    this.#child.send(question);
    const answer = await Promise.race([answered, this.#ended.then(() => undefined)]);
    if (answer === undefined) {
      throw new Error('the server has ended; its own words are above');
    }
    return answer[0];
  }
}

async function listeningUrl(output: Readable): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const url = LISTENING.exec(line)?.[1];
    if (url !== undefined) {
      return url;
    }
  }
  throw new Error('the server ended before it listened; its own words are above');
}
