// fnlog import --follow, as an operator runs it beside a server: logs are rotated, and the follower
// and the server are killed while they are written. In the end every record is there, once.

import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFile,
  copyFile,
  mkdir,
  open,
  readFile,
  rename,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  getPage,
  programPath,
  type RunningServer,
  startServer,
  testAuthorization,
  wait,
  withDirectory,
} from '../support/running-server.ts';

const RECORDS = 5_000;
const CHUNK = 100;
const CHUNK_MS = 100;
const LOG = 'app.ndjson';
/** Far above what it takes: a bound, not an expectation. */
const ARRIVAL_MS_MAX = 40_000;

const [secretId = '', secretKey = ''] = Buffer.from(
  testAuthorization.slice('Basic '.length),
  'base64',
)
  .toString()
  .split(':');

const started: Program[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((program) => program.end('SIGKILL')));
});

class Program {
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | null>;

  constructor(args: readonly string[]) {
    const env = { ...process.env, FNLOG_SECRET_ID: secretId, FNLOG_SECRET_KEY: secretKey };
    this.#child = spawn(process.execPath, [programPath, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#exited = new Promise((resolve) => this.#child.once('close', resolve));
    started.push(this);
  }

  /** @returns the exit code, null after a kill */
  async end(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal !== undefined) {
      this.#child.kill(signal);
    }
    return await this.#exited;
  }

  async says(text: string): Promise<void> {
    const giveUpAt = performance.now() + ARRIVAL_MS_MAX;
    while (!this.stderr.includes(text)) {
      if (performance.now() > giveUpAt) {
        throw new Error(`the follower does not say "${text}"; it says:\n${this.stderr}`);
      }
      await wait(20);
    }
  }
}

function recordOf(index: number): string {
  return JSON.stringify({
    functionName: `f${index % 7}`,
    requestId: `follow-${index}`,
    startTime: (1_790_000_000_000 + index * 10) / 1000,
    duration: index % 100,
    log: `line of ${index}\n`,
  });
}

/** A program that writes, and the rotation of its log: by rename and by copy, in turn. */
class Writer {
  readonly #directory: string;
  #written = 0;
  #rest = '';
  #places = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  get isDone(): boolean {
    return this.#written === RECORDS;
  }

  /** Every second time the last line is left without its end until the next time. */
  async writeChunk(): Promise<void> {
    let text = this.#rest;
    for (const end = this.#written + CHUNK; this.#written < end; this.#written++) {
      text += `${recordOf(this.#written)}\n`;
    }
    const cut = this.#rest === '' && !this.isDone ? text.length - 25 : text.length;
    this.#rest = text.slice(cut);
    await this.#append(text.slice(0, cut));
  }

  async rotate(): Promise<void> {
    await this.#append(this.#rest);
    this.#rest = '';
    for (let place = this.#places; place > 0; place--) {
      await rename(this.#path(`.${place}`), this.#path(`.${place + 1}`));
    }
    this.#places += 1;
    if (this.#places % 2 === 0) {
      await copyFile(this.#path(), this.#path('.1'));
      await truncate(this.#path());
    } else {
      await rename(this.#path(), this.#path('.1'));
    }
  }

  async #append(text: string): Promise<void> {
    const handle = await open(this.#path(), 'a');
    await handle.write(text);
    await handle.close();
  }

  #path(ending = ''): string {
    return join(this.#directory, `${LOG}${ending}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function totalOf(url: string): Promise<number> {
  return (await getPage(url, { limit: 1 })).body.total;
}

async function arrived(url: string, follower: Program): Promise<void> {
  const giveUpAt = performance.now() + ARRIVAL_MS_MAX;
  while ((await totalOf(url)) < RECORDS) {
    if (performance.now() > giveUpAt) {
      throw new Error(`${await totalOf(url)} of ${RECORDS} arrived:\n${follower.stderr}`);
    }
    await wait(100);
  }
}

test('every record arrives once, over rotation and kills of both sides', async () => {
  await withDirectory(async (directory) => {
    const logs = join(directory, 'logs');
    await mkdir(logs);
    const port = await freePort();
    const serve = { dataDir: join(directory, 'data'), args: ['--port', String(port)] };
    let server: RunningServer = await startServer(serve);
    const state = join(directory, 'positions.json');
    const follow = () =>
      new Program([
        'import',
        '--follow',
        join(logs, '*.ndjson'),
        '--server',
        server.url,
        '--state',
        state,
      ]);
    const writer = new Writer(logs);
    await writer.writeChunk();
    let follower = follow();
    await follower.says('following');
    let starting: Promise<RunningServer> | undefined;
    for (let chunk = 1; !writer.isDone; chunk++) {
      await writer.writeChunk();
      await wait(CHUNK_MS);
      if (chunk % 8 === 5) {
        await writer.rotate();
      }
      if (chunk === 10 || chunk === 34) {
        await follower.end('SIGKILL');
      }
      if (chunk === 14 || chunk === 38) {
        follower = follow();
      }
      if (chunk === 20) {
        await server.process.kill9();
        starting = startServer(serve);
      }
    }
    server = (await starting) ?? server;
    try {
      await arrived(server.url, follower);
      expect(await follower.end('SIGTERM')).toBe(0);
      expect(follower.stderr).toMatch(/followed 1 file: .* 0 rejected, /);
      expect(follower.stdout).toBe('');
      expect(await totalOf(server.url)).toBe(RECORDS);
    } finally {
      await server.process.kill9();
    }
  });
});

test('without a server it has the store to itself, and the server finds the records later', async () => {
  await withDirectory(async (directory) => {
    const log = join(directory, LOG);
    await writeFile(log, `${recordOf(1)}\nnonsense\n${recordOf(2)}\n`);
    const dataDir = join(directory, 'data');
    const rejects = join(directory, 'rejects.ndjson');
    const args = ['import', '--follow', log, '--data-dir', dataDir, '--rejects', rejects];
    const follower = new Program(args);
    await follower.says(`not taken: ${log}, byte ${recordOf(1).length + 1}: is not valid JSON`);
    expect(await follower.end('SIGINT')).toBe(0);
    expect(follower.stderr).toContain('followed 1 file: 2 new, 1 rejected');
    // In the usual place of the data directory it finds where it was.
    await appendFile(log, `${recordOf(3)}\nnonsense\n`);
    const again = new Program(args);
    await again.says('not taken: ');
    await again.end('SIGTERM');
    expect(again.stderr).toContain('followed 1 file: 1 new, 1 rejected');
    expect((await readFile(rejects, 'utf8')).trim().split('\n')).toHaveLength(2);
    const server = await startServer({ dataDir });
    try {
      expect(await totalOf(server.url)).toBe(3);
    } finally {
      await server.process.kill9();
    }
  });
});

test('positions that are damaged end it with their name', async () => {
  await withDirectory(async (directory) => {
    const state = join(directory, 'positions.json');
    await writeFile(state, '{"version":1,"pat');
    const args = ['import', '--follow', join(directory, LOG), '--data-dir', directory];
    const program = new Program([...args, '--state', state]);
    expect(await program.end()).toBe(1);
    expect(program.stderr).toContain(`the positions in ${state} are damaged`);
  });
});
