// What a followed path asks about the rest while it looks around.

import type { DirectoryView } from './directory-view.ts';
import type { FileIdentity, FollowedFile } from './followed-file.ts';

export interface Surroundings {
  readonly nowMs: number;
  /** After so long without a change nobody writes to a file that was rotated away. */
  readonly settleMs: number;
  /** The folders are looked through at least this often. */
  readonly rescanMs: number;
  directory(path: string): Promise<DirectoryView>;
  isOpen(identity: FileIdentity): boolean;
  /** @returns undefined where the file is open already, or cannot be opened, which is told */
  open(path: string): Promise<FollowedFile | undefined>;
  /** Whether the path is followed in its own right. */
  isFollowed(path: string): boolean;
  /**
   * Lets a file go on from where it, or one with the same content, was delivered up to.
   *
   * @returns whether it was known; unreadable is told
   */
  resume(file: FollowedFile): Promise<'known' | 'new' | 'unreadable'>;
  /** Whether it begins as an open one does: a copy that is not complete, maybe. */
  beginsLikeOpen(file: FollowedFile): Promise<boolean>;
  /** Tells a person, once. */
  note(text: string): void;
}
