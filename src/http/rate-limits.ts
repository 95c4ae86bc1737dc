// How often a key may call an action: off unless the setting rateLimits says otherwise. Counted in
// this process, in windows of one second.

import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Key } from '../auth/keys.ts';
import { AppError } from '../domain/errors.ts';

/** Calls a second by action; `*` for every action that is not named. */
export type RateLimits = Readonly<Record<string, number>>;

/** Stands for every other action. */
const ANY = '*';

/**
 * What is counted is bounded: only calls of proven keys and of actions that are served get here.
 *
 * @returns a function that rejects with AppError rate_limited where a call is one too many
 */
export function buildRateLimiter(limits: RateLimits): (key: Key, action: string) => Promise<void> {
  const limiters = new Map(
    Object.entries(limits).map(([action, points]) => [
      action,
      { points, limiter: new RateLimiterMemory({ points, duration: 1, keyPrefix: action }) },
    ]),
  );
  return async (key, action) => {
    const limit = limiters.get(action) ?? limiters.get(ANY);
    if (limit === undefined) {
      return;
    }
    try {
      await limit.limiter.consume(`${action}/${key.secretId}`);
    } catch (refused) {
      throw refused instanceof RateLimiterRes ? tooMany(action, limit.points) : refused;
    }
  };
}

function tooMany(action: string, points: number): AppError {
  return new AppError(
    'rate_limited',
    `more than ${points} calls of ${action} within a second by this key: call again in a moment`,
    {
      details: { action, callsPerSecond: points },
      zh: `该密钥调用 ${action} 的频率超过每秒 ${points} 次，请稍后重试`,
    },
  );
}
