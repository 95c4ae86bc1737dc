// A real `fnlog serve` as a process of its own, started from the built program, for tests that kill
// it, starve it or look at its exit. Ends only processes that it started.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NativePage } from '../../src/wire/native/encode-page.ts';
import type { NativeReceipt } from '../../src/wire/native/encode-receipt.ts';

export const programPath = fileURLToPath(new URL('../../dist/launch.cjs', import.meta.url));

export const testKey = { secretId: 'AKID-faults', secretKey: 'secret-key-of-the-fault-tests' };

export const testKeyVariables = {
  FNLOG_SECRET_ID: testKey.secretId,
  FNLOG_SECRET_KEY: testKey.secretKey,
};

export const testAuthorization = `Basic ${Buffer.from(
  `${testKey.secretId}:${testKey.secretKey}`,
).toString('base64')}`;

/** Far above what any of it takes on a busy machine: a bound, not an expectation. */
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 60_000;
const REPLY_MS_MAX = 60_000;

const LISTENING = /^fnlog listening on (https?:\/\/\S+)$/m;

export interface ServeOptions {
  readonly dataDir: string;
  /** After `serve --port 0 --data-dir DIR`; a later --port wins. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the key of the tests is given; without it the server makes one. */
  readonly fixedKey?: boolean;
  /** User and group of the process; only root may choose. */
  readonly userId?: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The process, whether it listens or not. */
export class ServeProcess {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor({ dataDir, args = [], env = {}, fixedKey = true, userId }: ServeOptions) {
    if (!existsSync(programPath)) {
      throw new Error(`${programPath} is missing: run "npm run build" first ("npm test" does)`);
    }
    const serve = [programPath, 'serve', '--port', '0', '--data-dir', dataDir, ...args];
    const child = spawn(process.execPath, serve, {
      cwd: tmpdir(),
      env: { ...plainEnvironment(), ...(fixedKey ? testKeyVariables : {}), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(userId === undefined ? {} : { uid: userId, gid: userId }),
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    const killAtExit = () => child.kill('SIGKILL');
    process.on('exit', killAtExit);
    this.#child = child;
    this.exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        process.off('exit', killAtExit);
        resolve({ code, signal });
      });
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** SIGKILL: no code of the process runs after it. */
  async kill9(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }

  /** SIGTERM, and SIGKILL where that is not enough. @returns how the process ended */
  async stop(): Promise<Exit> {
    this.signal('SIGTERM');
    return await this.exit();
  }

  /** Waits until the process has ended by itself; one that does not is killed, and that throws. */
  async exit(withinMs = STOP_MS_MAX): Promise<Exit> {
    let overdue = false;
    const timer = setTimeout(() => {
      overdue = true;
      this.signal('SIGKILL');
    }, withinMs);
    const exit = await this.exited;
    clearTimeout(timer);
    if (overdue) {
      throw new Error(`fnlog serve did not end within ${withinMs} ms; stderr:\n${this.#stderr}`);
    }
    return exit;
  }

  /** @returns the address, once the process says it; throws where it ends before that */
  async listening(): Promise<string> {
    const giveUpAt = performance.now() + START_MS_MAX;
    for (;;) {
      const url = LISTENING.exec(this.#stdout)?.[1];
      if (url !== undefined) {
        return url;
      }
      if (this.hasExited || performance.now() > giveUpAt) {
        await this.kill9();
        throw new Error(`fnlog serve did not start; stderr:\n${this.#stderr}`);
      }
      await wait(5);
    }
  }
}

export interface RunningServer {
  readonly url: string;
  readonly process: ServeProcess;
}

export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const serve = new ServeProcess(options);
  return { url: await serve.listening(), process: serve };
}

/** Runs `use` with a directory that is gone afterwards. */
export async function withDirectory<Result>(
  use: (directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'fnlog-faults-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

export interface Reply<Body> {
  readonly status: number;
  readonly body: Body;
}

/** Sends records as NDJSON. Rejects where no whole answer comes. */
export async function postRecords(
  url: string,
  records: readonly object[],
): Promise<Reply<NativeReceipt>> {
  return await ask(`${url}/api/v1/invocations`, {
    method: 'POST',
    headers: { authorization: testAuthorization, 'content-type': 'application/x-ndjson' },
    body: records.map((record) => JSON.stringify(record)).join('\n'),
  });
}

export async function getPage(
  url: string,
  parameters: Readonly<Record<string, string | number>> = {},
): Promise<Reply<NativePage>> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    query.set(name, String(value));
  }
  return await ask(`${url}/api/v1/invocations?${query}`, {
    headers: { authorization: testAuthorization },
  });
}

async function ask<Body>(url: string, init: RequestInit): Promise<Reply<Body>> {
  const reply = await fetch(url, { ...init, signal: AbortSignal.timeout(REPLY_MS_MAX) });
  return { status: reply.status, body: (await reply.json()) as Body };
}

/** Of the environment only what a program needs to start: no setting of the person who tests. */
function plainEnvironment(): Record<string, string> {
  const kept: Record<string, string> = { NO_COLOR: '1' };
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LD_LIBRARY_PATH']) {
    const value = process.env[name];
    if (value !== undefined) {
      kept[name] = value;
    }
  }
  return kept;
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
