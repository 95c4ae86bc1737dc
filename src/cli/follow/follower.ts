// Follows growing files: looks what has become of them, reads what is new, hands it on, and
// remembers how far it came. Nothing is remembered before it was handed on.

import type { Clock } from '../../domain/clock.ts';
import { FollowStateFile, type PathState } from './follow-state.ts';
import type { FollowedFile } from './followed-file.ts';
import { FollowedPath } from './followed-path.ts';
import { LookAround } from './look-around.ts';
import { PathPattern } from './path-pattern.ts';
import type { LineSlice, SliceBounds } from './read-slice.ts';
import { isGzipName } from './rotated-name.ts';

export interface FollowLimits extends SliceBounds {
  readonly settleMs: number;
  readonly rescanMs: number;
  /** Paths that are followed at once. */
  readonly pathsMax: number;
}

export const followLimitsDefault: FollowLimits = {
  recordsMax: 5_000,
  bytesMax: 4 * 1024 * 1024,
  lineBytesMax: 16 * 1024 * 1024,
  settleMs: 5_000,
  rescanMs: 10_000,
  pathsMax: 1_000,
};

export interface FileSlice extends LineSlice {
  readonly path: string;
}

export interface FollowerOptions {
  readonly patterns: readonly string[];
  readonly statePath: string;
  /** Resolves once the lines are durable, or rejected one by one. */
  readonly deliver: (slices: readonly FileSlice[]) => Promise<void>;
  readonly note: (text: string) => void;
  readonly clock: Clock;
  readonly limits: FollowLimits;
}

/** So many batches, and the files are looked at again. */
const BATCHES_PER_ROUND = 16;
/** With less room than this left a batch is full. */
const SLICE_BYTES_MIN = 64 * 1024;
const NOTES_MAX = 1_000;

interface Taken {
  readonly file: FollowedFile;
  readonly slice: LineSlice;
}

export class Follower {
  readonly #options: FollowerOptions;
  readonly #patterns: readonly PathPattern[];
  /** What is remembered of paths that no pattern names at present. */
  readonly #others = new Map<string, PathState>();
  readonly #paths = new Map<string, FollowedPath>();
  readonly #stateFile: FollowStateFile;
  /** Who comes first in the next batch. */
  #turn = 0;
  readonly #noted = new Set<string>();

  private constructor(
    options: FollowerOptions,
    stateFile: FollowStateFile,
    states: readonly PathState[],
  ) {
    this.#options = options;
    this.#stateFile = stateFile;
    this.#patterns = options.patterns.map((pattern) => new PathPattern(pattern));
    for (const state of states) {
      if (this.#patterns.some((pattern) => pattern.matches(state.path))) {
        this.#paths.set(state.path, new FollowedPath(state.path, state));
      } else {
        this.#others.set(state.path, state);
      }
    }
  }

  /** @throws AppError data_dir_unusable for positions that are damaged; invalid_parameter */
  static async open(options: FollowerOptions): Promise<Follower> {
    const stateFile = new FollowStateFile(options.statePath);
    return new Follower(options, stateFile, await stateFile.read());
  }

  /** How many files are there to be followed. */
  get fileCount(): number {
    return [...this.#paths.values()].filter(({ live }) => live !== undefined).length;
  }

  /**
   * Looks once, and hands on what is new.
   *
   * @returns whether there is more
   * @throws whatever `deliver` throws: the same lines come again in the next round
   */
  async round(): Promise<boolean> {
    await this.#look();
    // Before anything is handed on: what is followed stays known, whenever a kill comes.
    await this.#remember();
    for (let batches = 0; batches < BATCHES_PER_ROUND; batches++) {
      const taken = await this.#take();
      if (taken.length === 0) {
        await this.#tidy();
        await this.#remember();
        return false;
      }
      await this.#handOn(taken);
    }
    await this.#tidy();
    return true;
  }

  async close(): Promise<void> {
    for (const path of this.#paths.values()) {
      await path.close();
    }
  }

  async #handOn(taken: readonly Taken[]): Promise<void> {
    const slices = taken.map(({ file, slice }) => ({ ...slice, path: file.path }));
    if (slices.some(({ lines }) => lines.length > 0)) {
      await this.#options.deliver(slices);
    }
    for (const { file, slice } of taken) {
      file.acknowledge(slice);
    }
    await this.#remember();
  }

  async #look(): Promise<void> {
    const named = await this.#namedPaths();
    for (const path of named) {
      if (!this.#paths.has(path)) {
        this.#paths.set(path, new FollowedPath(path));
      }
    }
    const { settleMs, rescanMs } = this.#options.limits;
    const around = new LookAround({
      nowMs: this.#options.clock.now(),
      settleMs,
      rescanMs,
      paths: this.#paths,
      named: new Set(named),
      note: (text) => this.#note(text),
    });
    for (const path of this.#paths.values()) {
      await path.look(around);
    }
    this.#forgetPaths();
  }

  /** Of paths that a wild pattern named and that are gone, so that what is remembered is bounded. */
  #forgetPaths(): void {
    const isFixed = (path: string) => this.#patterns.some(({ text }) => text === path);
    const gone = [...this.#paths.values()].filter(
      ({ path, isThere, files }) => !isThere && files.length === 0 && !isFixed(path),
    );
    const tooMany = gone.slice(0, -this.#options.limits.pathsMax);
    for (const { path } of [...gone.filter(({ isOver }) => isOver), ...tooMany]) {
      this.#paths.delete(path);
    }
  }

  async #namedPaths(): Promise<readonly string[]> {
    const { pathsMax } = this.#options.limits;
    const expanded = await Promise.all(this.#patterns.map((pattern) => pattern.expand()));
    // What is compressed does not grow.
    const all = [...new Set(expanded.flat())].filter((path) => !isGzipName(path)).sort();
    if (all.length > pathsMax) {
      const left = `${all.slice(pathsMax, pathsMax + 1)} and what sorts after it is left out`;
      this.#note(`more than ${pathsMax} files are named; ${left}`);
    }
    return all.slice(0, pathsMax);
  }

  /** One slice of each path, until the batch is full. */
  async #take(): Promise<readonly Taken[]> {
    const { limits } = this.#options;
    const paths = [...this.#paths.values()];
    const taken: Taken[] = [];
    let [records, bytes] = [limits.recordsMax, limits.bytesMax];
    const begin = this.#turn;
    for (let step = 0; step < paths.length; step++) {
      if (records <= 0 || bytes < Math.min(SLICE_BYTES_MIN, limits.bytesMax)) {
        break;
      }
      this.#turn = (begin + step + 1) % paths.length;
      const path = paths[(begin + step) % paths.length];
      const next = path && (await this.#takeFrom(path, { recordsMax: records, bytesMax: bytes }));
      if (next !== undefined) {
        taken.push(next);
        records -= next.slice.lines.length;
        bytes -= next.slice.to - next.slice.from;
      }
    }
    return taken;
  }

  async #takeFrom(
    path: FollowedPath,
    bounds: Pick<SliceBounds, 'recordsMax' | 'bytesMax'>,
  ): Promise<Taken | undefined> {
    const options = { ...this.#options.limits, ...bounds, nowMs: this.#options.clock.now() };
    for (let file = path.next(); file !== undefined; file = path.next()) {
      try {
        const slice = await file.next(options);
        if (slice !== undefined) {
          return { file, slice };
        }
        if (!file.isDone) {
          return undefined;
        }
      } catch (cause) {
        this.#note(`${file.path} cannot be read: ${(cause as Error).message}`);
        if (!file.isGzip) {
          await path.lose(file);
          return undefined;
        }
        file.isBroken = true;
      }
    }
    return undefined;
  }

  async #tidy(): Promise<void> {
    const now = { nowMs: this.#options.clock.now(), settleMs: this.#options.limits.settleMs };
    for (const path of this.#paths.values()) {
      await path.tidy(now);
    }
  }

  async #remember(): Promise<void> {
    const followed = [...this.#paths.values()].map(({ state }) => state);
    const states = [...followed, ...this.#others.values()];
    await this.#stateFile.write(states);
  }

  #note(text: string): void {
    if (this.#noted.size >= NOTES_MAX) {
      this.#noted.clear();
    }
    if (!this.#noted.has(text)) {
      this.#noted.add(text);
      this.#options.note(text);
    }
  }
}
