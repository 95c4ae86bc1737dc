// One look at all followed paths: what they share, so that each folder is read once, and a file that
// has several names is opened once.

import { dirname } from 'node:path';
import { DirectoryView } from './directory-view.ts';
import type { FilePosition } from './follow-state.ts';
import { type FileIdentity, FollowedFile } from './followed-file.ts';
import type { FollowedPath } from './followed-path.ts';
import type { Surroundings } from './surroundings.ts';

export interface LookOptions {
  readonly nowMs: number;
  readonly settleMs: number;
  readonly rescanMs: number;
  readonly paths: ReadonlyMap<string, FollowedPath>;
  /** The paths that are followed in their own right. */
  readonly named: ReadonlySet<string>;
  readonly note: (text: string) => void;
}

export class LookAround implements Surroundings {
  readonly nowMs: number;
  readonly settleMs: number;
  readonly rescanMs: number;
  readonly note: (text: string) => void;
  readonly #paths: ReadonlyMap<string, FollowedPath>;
  readonly #named: ReadonlySet<string>;
  readonly #views = new Map<string, Promise<DirectoryView>>();
  readonly #open: Set<string>;

  constructor({ nowMs, settleMs, rescanMs, paths, named, note }: LookOptions) {
    this.nowMs = nowMs;
    this.settleMs = settleMs;
    this.rescanMs = rescanMs;
    this.note = note;
    this.#paths = paths;
    this.#named = named;
    this.#open = new Set(this.#files().map(({ identity }) => nameOf(identity)));
  }

  directory(path: string): Promise<DirectoryView> {
    const view = this.#views.get(path) ?? DirectoryView.look(path);
    this.#views.set(path, view);
    return view;
  }

  isOpen(identity: FileIdentity): boolean {
    return this.#open.has(nameOf(identity));
  }

  async open(path: string): Promise<FollowedFile | undefined> {
    let file: FollowedFile;
    try {
      file = await FollowedFile.open(path, this.nowMs);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') {
        this.note(`${path} cannot be read: ${(cause as Error).message}`);
      }
      return undefined;
    }
    if (this.isOpen(file.identity)) {
      await file.close();
      return undefined;
    }
    this.#open.add(nameOf(file.identity));
    return file;
  }

  isFollowed(path: string): boolean {
    return this.#named.has(path);
  }

  /** By identity first; else by content, which a copy has too, and a volume under another number. */
  async resume(file: FollowedFile): Promise<'known' | 'new' | 'unreadable'> {
    const known = [...this.#paths.values()].flatMap((path) => path.known);
    const positions = [...known, ...this.#files().map(({ position }) => position)];
    const isSame = (position: FilePosition) => nameOf(position) === nameOf(file.identity);
    const isBeside = ({ offset, path }: FilePosition) =>
      offset > 0 && dirname(path) === dirname(file.path);
    const furthestFirst = (a: FilePosition, b: FilePosition) => b.offset - a.offset;
    try {
      const found = await file.resume([
        ...positions.filter(isSame).sort(furthestFirst),
        ...positions.filter((one) => !isSame(one) && isBeside(one)).sort(furthestFirst),
      ]);
      if (found === undefined) {
        return 'new';
      }
      for (const path of this.#paths.values()) {
        path.forget(found);
      }
      return 'known';
    } catch (cause) {
      this.note(`${file.path} cannot be read: ${(cause as Error).message}`);
      return 'unreadable';
    }
  }

  async beginsLikeOpen(file: FollowedFile): Promise<boolean> {
    return await file.beginsLikeOneOf(this.#files());
  }

  #files(): readonly FollowedFile[] {
    return [...this.#paths.values()].flatMap(({ files }) => files);
  }
}

function nameOf({ device, inode }: FileIdentity): string {
  return `${device} ${inode}`;
}
