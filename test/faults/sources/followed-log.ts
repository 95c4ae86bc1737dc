// A program that writes records into a file which is rotated under it, and fnlog import --follow
// beside it, as a process of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, rename, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type Draw, seededDraw } from '../../../bench/seeded-draw.ts';
import { getPage, programPath, testKeyVariables, wait } from '../../support/running-server.ts';
import { NativeRuns } from './native-runs.ts';
import type { ProducedRun } from './produced-run.ts';
import { below } from './run-source.ts';
import type { Shipper } from './shipper.ts';
import { until } from './until.ts';

const LOG = 'app.ndjson';
const WRITE_MS = 60;
const RUNS_OF_WRITE_MAX = 6;
const ROTATE_SHARE = 0.04;
const ASK_MS = 200;
/** Far above what a follower waits between two attempts. */
const STUCK_MS_MAX = 90_000;

export interface FollowedLogOptions {
  readonly name: string;
  readonly url: string;
  readonly seed: number;
  /** For the log and the positions of the follower. */
  readonly directory: string;
}

export class FollowedLog implements Shipper {
  readonly name: string;
  readonly produced: ProducedRun[] = [];
  /** The follower does not say what it was told. */
  readonly complete: readonly ProducedRun[] = [];
  readonly #options: FollowedLogOptions;
  readonly #runs: NativeRuns;
  readonly #draw: Draw;
  readonly #log: string;
  readonly #positions: string;
  /** Ends of runs that have begun. */
  readonly #later: object[] = [];
  #rest = '';
  #rotated = 0;
  #isEnding = false;
  #isStopped = false;
  #writing: Promise<void> | undefined;
  #follower: ChildProcess | undefined;
  #said = '';

  constructor(options: FollowedLogOptions) {
    this.name = options.name;
    this.#options = options;
    this.#runs = new NativeRuns(options.name, options.seed);
    this.#draw = seededDraw(options.seed + 1);
    this.#log = join(options.directory, LOG);
    this.#positions = join(options.directory, 'positions.json');
  }

  run(): Promise<void> {
    this.#writing ??= this.#write();
    return this.#writing;
  }

  async flush(): Promise<void> {
    this.#isEnding = true;
    await this.#writing;
    let [before, changedAt] = [-1, performance.now()];
    for (;;) {
      const page = await getPage(this.#options.url, { functionName: this.name, limit: 0 });
      // The ends stand after the starts: with those there, the rest is compared with the store.
      const ended = await getPage(this.#options.url, {
        ...{ functionName: this.name, limit: 0, status: 'running' },
      });
      const total = page.body.total - ended.body.total;
      if (total === this.produced.length) {
        return;
      }
      if (total !== before) {
        [before, changedAt] = [total, performance.now()];
      } else if (performance.now() - changedAt > STUCK_MS_MAX) {
        const missing = `${total} of ${this.produced.length} records came`;
        throw new Error(`${this.name}: ${missing}; the follower says:\n${this.#said}`);
      }
      await wait(ASK_MS);
    }
  }

  async restart(): Promise<void> {
    await this.#kill();
    this.#follow();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#writing?.catch(() => undefined);
    await this.#kill();
  }

  async #write(): Promise<void> {
    await mkdir(this.#options.directory, { recursive: true });
    await this.#writeSome();
    this.#follow();
    // What is rotated away before it has looked is not its to read.
    await until(`${this.name}: positions`, STUCK_MS_MAX, () => existsSync(this.#positions));
    while (!this.#isEnding && !this.#isStopped) {
      await this.#writeSome();
      if (this.#draw() < ROTATE_SHARE) {
        await this.#rotate();
      }
      await wait(WRITE_MS);
    }
    await this.#append(`${this.#rest}${linesOf(this.#later.splice(0))}`);
    this.#rest = '';
  }

  /** Now and then the last line is left without its end until the next time. */
  async #writeSome(): Promise<void> {
    const records: object[] = [];
    for (let count = below(this.#draw, RUNS_OF_WRITE_MAX); count > 0; count--) {
      const { run, pieces } = this.#runs.next();
      this.produced.push(run);
      const [begun, ended] = pieces;
      records.push(...(begun === undefined ? [] : [begun]));
      this.#later.push(...(ended === undefined ? [] : [ended]));
    }
    records.push(...this.#later.splice(0, below(this.#draw, 6)));
    const text = `${this.#rest}${linesOf(records)}`;
    const cut = this.#draw() < 0.3 ? below(this.#draw, text.length) : text.length;
    this.#rest = text.slice(cut);
    await this.#append(text.slice(0, cut));
  }

  /** By rename and by copy, in turn. */
  async #rotate(): Promise<void> {
    await this.#append(this.#rest);
    this.#rest = '';
    for (let place = this.#rotated; place > 0; place--) {
      await rename(`${this.#log}.${place}`, `${this.#log}.${place + 1}`);
    }
    this.#rotated += 1;
    if (this.#rotated % 2 === 0) {
      await copyFile(this.#log, `${this.#log}.1`);
      await truncate(this.#log);
    } else {
      await rename(this.#log, `${this.#log}.1`);
    }
  }

  async #append(text: string): Promise<void> {
    const file = await open(this.#log, 'a');
    try {
      await file.write(text);
    } finally {
      await file.close();
    }
  }

  #follow(): void {
    const { url } = this.#options;
    const args = ['import', '--follow', this.#log, '--server', url, '--state', this.#positions];
    const child = spawn(process.execPath, [programPath, ...args, '--format', 'native'], {
      env: { ...process.env, ...testKeyVariables },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const killAtExit = () => child.kill('SIGKILL');
    process.on('exit', killAtExit);
    child.once('close', () => process.off('exit', killAtExit));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = `${this.#said}${text}`.slice(-4_000);
    });
    this.#follower = child;
  }

  async #kill(): Promise<void> {
    const child = this.#follower;
    this.#follower = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}

function linesOf(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}
