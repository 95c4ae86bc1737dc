// A real server in a process of its own, on a data directory of its own: the built program, so
// that what is measured is what is shipped.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readProcessMemory, resetPeakMemory } from '../src/runner/process-memory.ts';
import { undoAtExit } from './undo-at-exit.ts';

const PROGRAM = fileURLToPath(new URL('../dist/launch.cjs', import.meta.url));
const SECRET_ID = 'bench';
const SECRET_KEY = 'bench-secret-key-bench-secret-key';
const LISTENING = /^fnlog listening on (http:\S+)$/;
const STOP_MS_MAX = 60_000;
/** Over the default, so that many senders of big batches wait and are not refused. */
const WAITING_BYTES_MAX = 1024 ** 3;

export interface ServerProcess {
  readonly url: string;
  /** The value of the Authorization header. */
  readonly authorization: string;
  /** The peak of resident memory begins anew. */
  resetPeak(): void;
  /** Undefined where the system does not tell. */
  peakBytes(): number | undefined;
  /** Stops the server as an operator would, and waits for it. */
  stop(): Promise<void>;
}

/** Starts `fnlog serve` and waits until it listens. */
export async function startServerProcess(dataDir: string): Promise<ServerProcess> {
  const flags = ['--port', '0', '--data-dir', dataDir, '--log-level', 'warn'];
  const bound = ['--waiting-bytes-max', String(WAITING_BYTES_MAX)];
  const server = spawn(process.execPath, [PROGRAM, 'serve', ...flags, ...bound], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      FNLOG_SECRET_ID: SECRET_ID,
      FNLOG_SECRET_KEY: SECRET_KEY,
    },
  });
  const kill = undoAtExit(() => server.kill('SIGKILL'));
  const exited = once(server, 'exit');
  const url = await listeningUrl(createInterface({ input: server.stdout }));
  const pid = server.pid ?? 0;
  return {
    url,
    authorization: `Basic ${Buffer.from(`${SECRET_ID}:${SECRET_KEY}`).toString('base64')}`,
    resetPeak: () => void resetPeakMemory(pid),
    peakBytes: () => readProcessMemory(pid)?.peakBytes,
    stop: async () => {
      server.kill('SIGTERM');
      const timer = setTimeout(kill, STOP_MS_MAX);
      await exited;
      clearTimeout(timer);
      kill();
    },
  };
}

async function listeningUrl(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const url = LISTENING.exec(line)?.[1];
    if (url !== undefined) {
      return url;
    }
  }
  throw new Error('the server ended before it listened; its own words are above');
}
