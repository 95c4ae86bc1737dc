// How often somebody may sign in with a wrong key: enough for mistakes, too few for guessing.

import { RateLimiterMemory } from 'rate-limiter-flexible';
import { AppError } from '../domain/errors.ts';

const WRONG_MAX = 10;
const SECONDS = 60;

export interface SignInAttempt {
  readonly address: string;
  /** Of a key that there is; undefined for any other: what is counted must not grow with guesses. */
  readonly secretId: string | undefined;
}

/** Counts wrong ones, by address and key. */
export class WrongSignIns {
  readonly #limiter = new RateLimiterMemory({ points: WRONG_MAX, duration: SECONDS });

  /** @throws AppError rate_limited where there were too many within a minute, whatever this one is */
  async assertFew(attempt: SignInAttempt): Promise<void> {
    const counted = await this.#limiter.get(keyOf(attempt));
    if (counted !== null && counted.consumedPoints >= WRONG_MAX) {
      const retryAfterSeconds = Math.max(1, Math.ceil(counted.msBeforeNext / 1000));
      throw new AppError(
        'rate_limited',
        `more than ${WRONG_MAX} wrong sign-ins within a minute from this address: try again in ${retryAfterSeconds} s`,
        { details: { retryAfterSeconds } },
      );
    }
  }

  async note(attempt: SignInAttempt): Promise<void> {
    await this.#limiter.penalty(keyOf(attempt));
  }
}

function keyOf({ address, secretId }: SignInAttempt): string {
  return `${address} ${secretId ?? ''}`;
}
