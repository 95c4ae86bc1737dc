// One followed path, and the files that it has named: the one that it names now, those that were
// rotated away and are not delivered to their end, and what is known of others.

import type { BigIntStats } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { statFile } from './directory-view.ts';
import {
  type FoundFile,
  findRotated,
  identityOf,
  isSameFile,
  newestRotatedNs,
} from './find-rotated.ts';
import type { FilePosition, PathState } from './follow-state.ts';
import type { FollowedFile } from './followed-file.ts';
import { compareAge } from './rotated-name.ts';
import type { Surroundings } from './surroundings.ts';

/** The oldest finished ones are forgotten, and known by their time alone. */
const FINISHED_MAX = 100;
const NS_PER_MS = 1_000_000n;

export class FollowedPath {
  readonly path: string;
  #sinceNs: bigint | undefined;
  /** The oldest first; the one that the path names is the last. */
  #files: FollowedFile[] = [];
  /** Of files that are not open. */
  #known: FilePosition[];
  #realPath: string;
  #isThere = false;
  #wantsScan = true;
  #scannedAtMs = 0;
  readonly #scannedMtimes = new Map<string, bigint>();

  /** @param state as it was left by another run */
  constructor(path: string, state?: PathState) {
    this.path = path;
    this.#realPath = path;
    this.#sinceNs = state?.sinceNs;
    this.#known = [...(state?.positions ?? [])];
  }

  get files(): readonly FollowedFile[] {
    return this.#files;
  }

  get known(): readonly FilePosition[] {
    return this.#known;
  }

  /** The file that the path names now. */
  get live(): FollowedFile | undefined {
    return this.#files.find(({ isAway }) => !isAway);
  }

  get isThere(): boolean {
    return this.#isThere;
  }

  /** Nothing is left that would have to be remembered. */
  get isOver(): boolean {
    return !this.#isThere && this.#files.length === 0 && this.#known.length === 0;
  }

  get state(): PathState {
    const positions = [...this.#known, ...this.#files.map(({ position }) => position)];
    return { path: this.path, sinceNs: this.#sinceNs ?? 0n, positions };
  }

  forget(position: FilePosition): void {
    this.#known = this.#known.filter((one) => one !== position);
  }

  /** Notices rotation, cuts and removal, and opens what has come. */
  async look(around: Surroundings): Promise<void> {
    const stats = await statFile(this.path);
    this.#isThere = stats !== undefined;
    await this.#seeOpen(stats, around.nowMs);
    if (stats !== undefined && this.live === undefined) {
      await this.#openLive(stats, around);
    }
    if (await this.#scanIsDue(around)) {
      await this.#scan(around);
    }
  }

  /**
   * The file whose turn it is. Older ones come first, and are waited for where their last line has
   * no end yet.
   */
  next(): FollowedFile | undefined {
    const isMissing = this.#isThere && this.#known.some(isUnfinished);
    return isMissing ? undefined : this.#files.find(({ isDone }) => !isDone);
  }

  /** Closes rotated files that are delivered to their end and not written to any more. */
  async tidy({ nowMs, settleMs }: Pick<Surroundings, 'nowMs' | 'settleMs'>): Promise<void> {
    const files = this.#files;
    for (const [index, file] of files.entries()) {
      // As long as no other file has taken its place, a program may still write to it.
      const hasSuccessor = files.slice(index + 1).some((later) => !later.isEmpty);
      const isOver = file.isRemoved || file.isBroken || hasSuccessor;
      if (file.isAway && file.isDone && isOver && file.isQuiet(nowMs, settleMs)) {
        await this.#release(file, true);
      }
    }
  }

  /** Closes a file that cannot be read; it is opened again where it can. */
  async lose(file: FollowedFile): Promise<void> {
    await this.#release(file, false);
    this.#wantsScan = true;
  }

  async close(): Promise<void> {
    for (const file of this.#files) {
      await file.close();
    }
    this.#files = [];
  }

  async #seeOpen(stats: BigIntStats | undefined, nowMs: number): Promise<void> {
    for (const file of this.#files) {
      const isLive = stats !== undefined && isSameFile(file.identity, stats);
      await file.look(isLive ? stats : undefined, nowMs);
      if (isLive === file.isAway) {
        file.move(!isLive, nowMs);
        this.#wantsScan = true;
      }
      if (file.isCut) {
        // What was not delivered may be in a copy that was made before.
        this.#known.push(file.position);
        file.restart(nowMs);
        this.#wantsScan = true;
      }
    }
  }

  async #openLive(stats: BigIntStats, around: Surroundings): Promise<void> {
    if (around.isOpen(identityOf(stats))) {
      return;
    }
    this.#realPath = await realpath(this.path).catch(() => this.path);
    this.#sinceNs ??= await this.#newestRotatedNs(around);
    const file = await around.open(this.#realPath);
    if (file === undefined) {
      return;
    }
    if ((await around.resume(file)) === 'unreadable') {
      await file.close();
      return;
    }
    this.#files.push(file);
    this.#wantsScan = true;
  }

  /** Rotated files that are there before the path is followed are none of ours. */
  async #newestRotatedNs(around: Surroundings): Promise<bigint> {
    const view = await around.directory(dirname(this.#realPath));
    return await newestRotatedNs(view, this.#realPath);
  }

  #directories(): readonly string[] {
    return [...new Set([this.#realPath, ...this.#known.map(({ path }) => path)].map(dirname))];
  }

  async #scanIsDue(around: Surroundings): Promise<boolean> {
    this.#sinceNs ??= await this.#newestRotatedNs(around);
    if (this.#wantsScan || around.nowMs - this.#scannedAtMs >= around.rescanMs) {
      return true;
    }
    for (const path of this.#directories()) {
      if ((await around.directory(path)).mtimeNs !== this.#scannedMtimes.get(path)) {
        return true;
      }
    }
    return false;
  }

  async #scan(around: Surroundings): Promise<void> {
    this.#scannedAtMs = around.nowMs;
    const kept = new Set<FilePosition>();
    const found: FoundFile[] = [];
    let isSettled = true;
    for (const path of this.#directories()) {
      const view = await around.directory(path);
      const searched = {
        realPath: this.#realPath,
        known: this.#known,
        sinceNs: this.#sinceNs ?? 0n,
      };
      const rotated = await findRotated(view, searched, around);
      found.push(...rotated.found);
      for (const position of rotated.consumed) {
        kept.add(position);
      }
      this.#scannedMtimes.set(path, view.mtimeNs);
      isSettled = (await view.isSettled(around.nowMs)) && isSettled;
    }
    for (const one of found.sort(oldestFirst)) {
      // It may be what is being read still: what that was is known when it is done.
      const isEarly = one.isNew && this.#files.some((file) => file.isRemoved && !file.isDone);
      isSettled = !isEarly && (await this.#adopt(one, around)) && isSettled;
    }
    // While names change, a file can be missed that is there.
    this.#wantsScan = !isSettled;
    if (isSettled) {
      this.#dropMissing(kept, around);
    }
  }

  /** @returns false where it has to be looked at again */
  async #adopt({ path, stats, isNew }: FoundFile, around: Surroundings): Promise<boolean> {
    const file = await around.open(path);
    if (file === undefined) {
      return (await statFile(path)) !== undefined;
    }
    const begun = await around.resume(file);
    if (!isSameFile(file.identity, stats) || (begun === 'unreadable' && !file.isGzip)) {
      await file.close();
      return false;
    }
    // A damaged one stays damaged, and is remembered as finished.
    file.isBroken = begun === 'unreadable';
    if (begun === 'new') {
      const isFresh = around.nowMs - Number(stats.mtimeNs / NS_PER_MS) < around.settleMs;
      const isUnderWay = isFresh && (await around.beginsLikeOpen(file));
      if (isUnderWay || !isNew) {
        await file.close();
        return !isUnderWay;
      }
    }
    file.move(true, around.nowMs);
    const { live } = this;
    this.#files.splice(
      live === undefined ? this.#files.length : this.#files.indexOf(live),
      0,
      file,
    );
    return true;
  }

  #dropMissing(kept: ReadonlySet<FilePosition>, around: Surroundings): void {
    const gone = this.#known.filter(
      // Without a successor the file may yet come back, as those of a volume that is not mounted.
      (position) => !kept.has(position) && (!isUnfinished(position) || this.#isThere),
    );
    for (const position of gone) {
      this.forget(position);
      if (isUnfinished(position) && !this.state.positions.some((one) => covers(one, position))) {
        const { offset, path } = position;
        around.note(`what followed byte ${offset} of ${path}, if anything, is not there any more`);
      }
    }
  }

  async #release(file: FollowedFile, isFinished: boolean): Promise<void> {
    this.#files = this.#files.filter((one) => one !== file);
    if (!file.isRemoved) {
      this.#known.push(isFinished ? file.finishedPosition : file.position);
    }
    await file.close();
    const done = this.#known.filter((position) => !isUnfinished(position));
    for (const oldest of done.slice(0, -FINISHED_MAX)) {
      this.forget(oldest);
      const afterNs = (oldest.finished?.mtimeNs ?? 0n) + 1n;
      this.#sinceNs = afterNs > (this.#sinceNs ?? 0n) ? afterNs : this.#sinceNs;
    }
  }
}

function isUnfinished({ finished }: FilePosition): boolean {
  return finished === null;
}

/** What is known is older than what was never seen. */
function oldestFirst(a: FoundFile, b: FoundFile): number {
  return a.isNew === b.isNew ? compareAge(a, b) : Number(a.isNew) - Number(b.isNew);
}

/** Whether one is the other with more of it delivered. */
function covers(one: FilePosition, other: FilePosition): boolean {
  return one.head.sha256 === other.head.sha256 && one.offset >= other.offset;
}
