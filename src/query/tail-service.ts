// Following what comes in: one listener to the writer for all who follow.

import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import type { LostRule } from '../domain/lost-run.ts';
import type { CommitFeed, TailFilter, TailReader } from '../domain/tail.ts';
import { Follower } from './follower.ts';
import type { Asker, Gate } from './gate.ts';
import { buildTailFilter } from './tail-filter.ts';

export interface TailServiceOptions {
  readonly feed: CommitFeed;
  readonly reader: TailReader;
  readonly gate: Gate;
  readonly clock: Clock;
  /** When a run that never ended counts as lost. */
  readonly lostRuns: Omit<LostRule, 'nowMs'>;
  readonly followersMax: number;
  readonly followersPerKeyMax: number;
}

export interface FollowOptions {
  /** Everything after this sequence, however long ago; what comes from now on where left out. */
  readonly afterSeq?: number;
  /** Whose key it is. */
  readonly keyId: string;
  /** Aborted when nobody follows any more. */
  readonly signal: AbortSignal;
}

export class TailService {
  readonly #options: TailServiceOptions;
  /** With the key that each is of. */
  readonly #followers = new Map<Follower, string>();
  #stopListening: (() => void) | undefined;

  constructor(options: TailServiceOptions) {
    this.#options = options;
  }

  /** The newest sequence that reads see. */
  get mark(): number {
    return this.#options.feed.mark;
  }

  /**
   * Begins to follow. Each record that matches is handed over once, in the order of ingest; one that
   * takes the place of another is a record of its own.
   *
   * @throws AppError overloaded where too many follow; invalid_parameter for a sequence that is not
   *   there yet
   */
  follow(filter: TailFilter, { afterSeq, keyId, signal }: FollowOptions): Follower {
    const { feed, reader, gate } = this.#options;
    this.#assertRoom(keyId);
    if (afterSeq !== undefined && afterSeq > feed.mark) {
      throw new AppError(
        'invalid_parameter',
        `after is ${afterSeq}: the newest sequence is ${feed.mark}; it takes the id of an event, or the asOf of an answer`,
        { details: { parameter: 'after' } },
      );
    }
    const lostRule = () => ({
      ...this.#options.lostRuns,
      nowMs: this.#options.clock.now(),
    });
    const asker = (): Asker => ({ keyId, signal });
    const follower = new Follower({
      feed,
      matches: buildTailFilter(filter, lostRule),
      read: (range) =>
        gate.pass(
          (options) => reader.slice({ ...range, filter }, { ...options, lostRule: lostRule() }),
          asker(),
        ),
      afterSeq: afterSeq ?? feed.mark,
      onClose: () => this.#remove(follower),
    });
    this.#followers.set(follower, keyId);
    this.#stopListening ??= this.#listen();
    return follower;
  }

  /** Ends all who follow. */
  close(): void {
    for (const follower of [...this.#followers.keys()]) {
      follower.close();
    }
  }

  #listen(): () => void {
    return this.#options.feed.listen({
      committed: (records) => {
        for (const follower of this.#followers.keys()) {
          follower.offer(records);
        }
      },
      skipped: () => {
        for (const follower of this.#followers.keys()) {
          follower.fallBehind();
        }
      },
    });
  }

  #assertRoom(keyId: string): void {
    const { followersMax, followersPerKeyMax } = this.#options;
    const ofKey = [...this.#followers.values()].filter((one) => one === keyId).length;
    if (this.#followers.size >= followersMax || ofKey >= followersPerKeyMax) {
      throw new AppError(
        'overloaded',
        `${ofKey} follow with this key and ${this.#followers.size} in all; at most ${followersPerKeyMax} and ${followersMax} may`,
        { details: { followersMax, followersPerKeyMax } },
      );
    }
  }

  #remove(follower: Follower): void {
    this.#followers.delete(follower);
    if (this.#followers.size === 0) {
      this.#stopListening?.();
      this.#stopListening = undefined;
    }
  }
}
