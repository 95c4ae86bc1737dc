// One open file: what of it was delivered, and what comes next. It stays open over a rename and a
// removal, so that nothing in it is lost.

import type { BigIntStats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { CLOCK_TICK_MS } from './directory-view.ts';
import { FINGERPRINT_BYTES, fingerprintOf, hasFingerprint } from './fingerprint.ts';
import type { FilePosition } from './follow-state.ts';
import { GzipText, type PlainBytes, PlainFile } from './plain-bytes.ts';
import { type LineSlice, readSlice, type SliceBounds } from './read-slice.ts';
import { isGzipName } from './rotated-name.ts';

export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
}

export interface NextOptions extends SliceBounds {
  readonly nowMs: number;
  /** After so long without a change nobody writes to a file that was rotated away. */
  readonly settleMs: number;
}

const NOTHING = Buffer.alloc(0);

export class FollowedFile {
  readonly path: string;
  readonly identity: FileIdentity;
  readonly isGzip: boolean;
  /** What was delivered is not what lies there: the file was cut, and begins anew. */
  isCut = false;
  /** It cannot be read on. */
  isBroken = false;
  readonly #handle: FileHandle;
  readonly #text: PlainBytes;
  #offset = 0;
  #head: Buffer = NOTHING;
  #tail: Buffer = NOTHING;
  #skipsLine = false;
  #position: FilePosition | undefined;
  #size = 0n;
  #mtimeNs = 0n;
  #links = 1n;
  #changedAtMs = 0;
  #isAway = false;
  /** There is no whole line after the offset … */
  #isDrained = false;
  /** … and nothing has changed since that was found. */
  #isIdle = false;

  private constructor(path: string, handle: FileHandle, stats: BigIntStats) {
    this.path = path;
    this.identity = { device: stats.dev, inode: stats.ino };
    this.isGzip = isGzipName(path);
    this.#handle = handle;
    this.#text = this.isGzip ? new GzipText(handle) : new PlainFile(handle);
  }

  /** @throws Error of Node where the file cannot be opened */
  static async open(path: string, nowMs: number): Promise<FollowedFile> {
    const handle = await open(path, 'r');
    const stats = await handle.stat({ bigint: true });
    const file = new FollowedFile(path, handle, stats);
    file.#see(stats, nowMs);
    return file;
  }

  /** The same object until something is acknowledged. */
  get position(): FilePosition {
    this.#position ??= {
      path: this.path,
      ...this.identity,
      offset: this.#offset,
      head: fingerprintOf(this.#head),
      tail: fingerprintOf(this.#tail),
      skipsLine: this.#skipsLine,
      finished: null,
    };
    return this.#position;
  }

  get finishedPosition(): FilePosition {
    const finished = { size: Number(this.#size), mtimeNs: this.#mtimeNs };
    return { ...this.position, finished };
  }

  get isEmpty(): boolean {
    return this.#size === 0n;
  }

  /** Its path names another file by now, or none. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /** No name leads to it any more. */
  get isRemoved(): boolean {
    return this.#links === 0n;
  }

  /** All of it is delivered, a last line without an end included. */
  get isDone(): boolean {
    return this.isBroken || (this.#isDrained && !this.#hasRest);
  }

  isQuiet(nowMs: number, forMs: number): boolean {
    return nowMs - this.#changedAtMs >= forMs;
  }

  /**
   * Looks whether the file was cut.
   *
   * @param stats what the system says of the path where that names this file
   */
  async look(stats: BigIntStats | undefined, nowMs: number): Promise<void> {
    this.#see(stats ?? (await this.#handle.stat({ bigint: true })), nowMs);
    this.isCut ||= !this.#isIdle && !(await this.#isSame());
  }

  /** Takes note that its path names it no more, or again. */
  move(isAway: boolean, nowMs: number): void {
    this.#isAway = isAway;
    this.#changedAtMs = nowMs;
  }

  /**
   * Goes on from the first position that this file was delivered up to, under whatever name.
   *
   * @returns that position
   * @throws Error of zlib
   */
  async resume(positions: readonly FilePosition[]): Promise<FilePosition | undefined> {
    const start = await this.#text.read(0, FINGERPRINT_BYTES);
    for (const position of positions) {
      const { head, tail, offset } = position;
      const begin = start.subarray(0, head.bytes);
      if (!hasFingerprint(begin, head)) {
        continue;
      }
      const end = await this.#text.read(offset - tail.bytes, tail.bytes);
      if (hasFingerprint(end, tail)) {
        this.#position = undefined;
        this.#offset = offset;
        this.#head = Buffer.from(begin);
        this.#tail = Buffer.from(end);
        this.#skipsLine = position.skipsLine;
        return position;
      }
    }
    return undefined;
  }

  /** Whether what this file begins with is what one of the others begins with. */
  async beginsLikeOneOf(others: readonly FollowedFile[]): Promise<boolean> {
    const start = await this.#text.read(0, FINGERPRINT_BYTES);
    return others.some((other) => {
      const head = other.#head;
      return head.length > 0 && start.subarray(0, head.length).equals(head);
    });
  }

  /**
   * The next lines. They are given again until they are acknowledged.
   *
   * @returns undefined where there are none yet
   * @throws Error of Node or zlib where it cannot be read
   */
  async next(options: NextOptions): Promise<LineSlice | undefined> {
    const { nowMs, settleMs } = options;
    const takesRest = this.isGzip || (this.#isAway && this.isQuiet(nowMs, settleMs));
    if (this.isCut || this.isBroken || (this.#isIdle && !(takesRest && this.#hasRest))) {
      return undefined;
    }
    const slice = await readSlice(this.#text, this.#offset, {
      ...options,
      takesRest,
      skipsLine: this.#skipsLine,
    });
    // After reading: so that a cut before it or during it is found.
    if (!(await this.#isSame())) {
      this.isCut = true;
      return undefined;
    }
    if (slice === undefined) {
      this.#isDrained = true;
      this.#isIdle = nowMs - Number(this.#mtimeNs / 1_000_000n) >= CLOCK_TICK_MS;
    }
    return slice;
  }

  /** @param slice the last one that next() gave, delivered by now */
  acknowledge({ from, to, first, last, skipsLine }: LineSlice): void {
    if (from !== this.#offset) {
      throw new Error(`a slice from ${from} was acknowledged at ${this.#offset} of ${this.path}`);
    }
    this.#position = undefined;
    this.#offset = to;
    this.#skipsLine = skipsLine;
    this.#tail = Buffer.concat([this.#tail, last]).subarray(-FINGERPRINT_BYTES);
    if (this.#head.length < FINGERPRINT_BYTES) {
      this.#head = Buffer.concat([this.#head, first]).subarray(0, FINGERPRINT_BYTES);
    }
  }

  /** Begins again at the start, which is another one than before. */
  restart(nowMs: number): void {
    this.#position = undefined;
    this.#offset = 0;
    this.#head = NOTHING;
    this.#tail = NOTHING;
    this.#skipsLine = false;
    this.#isDrained = false;
    this.#isIdle = false;
    this.#changedAtMs = nowMs;
    this.isCut = false;
  }

  async close(): Promise<void> {
    if (this.#text instanceof GzipText) {
      await this.#text.close();
    }
    await this.#handle.close();
  }

  #see(stats: BigIntStats, nowMs: number): void {
    if (stats.size !== this.#size || stats.mtimeNs !== this.#mtimeNs) {
      this.#changedAtMs = nowMs;
      this.#isDrained = false;
      this.#isIdle = false;
    }
    this.#size = stats.size;
    this.#mtimeNs = stats.mtimeNs;
    this.#links = stats.nlink;
  }

  /** There are bytes after the offset. */
  get #hasRest(): boolean {
    return !this.isGzip && BigInt(this.#offset) < this.#size;
  }

  async #isSame(): Promise<boolean> {
    if (this.isGzip) {
      return true;
    }
    const tailAt = this.#offset - this.#tail.length;
    const [head, tail] = [
      await this.#text.read(0, this.#head.length),
      await this.#text.read(tailAt, this.#tail.length),
    ];
    return head.equals(this.#head) && tail.equals(this.#tail);
  }
}
