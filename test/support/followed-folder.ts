// A folder with logs in it, programs that write to them, and a follower that remembers what it
// delivered: for tests of rotation.

import { type FileHandle, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Follower, type FollowLimits, followLimitsDefault } from '../../src/cli/follow/follower.ts';

/** The log that most tests follow. */
export const LOG = 'app.ndjson';

export function recordLine(id: number | string): string {
  return `{"functionName":"f","requestId":"${id}","startTime":0}`;
}

/** Records with these ids, a line each. */
export function recordLines(...ids: readonly (number | string)[]): string {
  return ids.map((id) => `${recordLine(id)}\n`).join('');
}

export class FollowedFolder {
  readonly path: string;
  /** Lines as they were delivered, in their order. */
  readonly delivered: string[] = [];
  readonly notes: string[] = [];
  /** Called after each delivery, before the follower goes on. */
  onDelivery: () => Promise<void> = async () => undefined;
  /** Whether the follower dies after the receipt, before it can remember it. */
  diesAfterReceipt = false;
  readonly limits: FollowLimits;
  #follower: Follower | undefined;
  #aheadMs = 0;
  readonly #writers = new Map<string, FileHandle>();

  private constructor(path: string, limits: Partial<FollowLimits>) {
    this.path = path;
    this.limits = { ...followLimitsDefault, ...limits };
  }

  static async create(limits: Partial<FollowLimits> = {}): Promise<FollowedFolder> {
    return new FollowedFolder(await mkdtemp(join(tmpdir(), 'fnlog-follow-')), limits);
  }

  get statePath(): string {
    return join(this.path, 'state', 'positions.json');
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes as a program does that keeps its file open: to the same file after a rename too. */
  async append(name: string, text: string): Promise<void> {
    const writer = this.#writers.get(name) ?? (await open(this.file(name), 'a'));
    this.#writers.set(name, writer);
    await writer.write(text);
  }

  /** The program opens its file anew with the next writing. */
  async reopen(name: string): Promise<void> {
    await this.#writers.get(name)?.close();
    this.#writers.delete(name);
  }

  /** A rename, after which the program opens a new file. */
  async rotate(name: string, to: string): Promise<void> {
    await rename(this.file(name), this.file(to));
    await this.reopen(name);
  }

  async compress(name: string): Promise<void> {
    const plain = await readFile(this.file(name));
    await writeFile(this.file(`${name}.gz`), gzipSync(plain));
    await rm(this.file(name));
  }

  /** The ids of the records that were delivered, in their order. */
  get deliveredIds(): readonly string[] {
    return this.delivered.map((line) => (JSON.parse(line) as { requestId: string }).requestId);
  }

  /** Starts a follower where none runs. */
  async start(...patterns: readonly string[]): Promise<Follower> {
    this.#follower ??= await Follower.open({
      patterns: patterns.map((pattern) => this.file(pattern)),
      statePath: this.statePath,
      note: (text) => this.notes.push(text),
      clock: { now: () => Date.now() + this.#aheadMs },
      limits: this.limits,
      deliver: async (slices) => {
        for (const { lines } of slices) {
          this.delivered.push(...lines.map((line) => line.unreadable ?? line.bytes.toString()));
        }
        await this.onDelivery();
        if (this.diesAfterReceipt) {
          throw new Error('killed');
        }
      },
    });
    return this.#follower;
  }

  /** Ends the follower without a word: what it did not remember is forgotten. */
  async kill(): Promise<void> {
    await this.#follower?.close();
    this.#follower = undefined;
  }

  /** Rounds until there is nothing more, then again after all waits are over. */
  async settle(...patterns: readonly string[]): Promise<void> {
    const follower = await this.start(...patterns);
    for (let times = 0; times < 4; times++) {
      while (await follower.round());
      this.pass(this.limits.rescanMs);
    }
  }

  /** Lets time pass. */
  pass(ms: number): void {
    this.#aheadMs += ms;
  }

  async remove(): Promise<void> {
    await this.kill();
    for (const name of [...this.#writers.keys()]) {
      await this.reopen(name);
    }
    await rm(this.path, { recursive: true, force: true });
  }
}
