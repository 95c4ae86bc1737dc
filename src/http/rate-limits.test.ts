import { describe, expect, test } from 'vitest';
import { createKey } from '../auth/keys.ts';
import { buildRateLimiter } from './rate-limits.ts';

const makeKey = () => createKey({ role: 'read', namespaces: '*', createdAtMs: 0 });

describe('rate limits', () => {
  test('are off where none are set', async () => {
    const limitRate = buildRateLimiter({});
    const key = makeKey();
    for (let call = 0; call < 1_000; call += 1) {
      await limitRate(key, 'GetFunctionLogs');
    }
  });

  test('count each key and each action for itself, and say the bound', async () => {
    const limitRate = buildRateLimiter({ GetFunctionLogs: 2, '*': 3 });
    const [one, other] = [makeKey(), makeKey()];
    for (const [action, bound] of [
      ['GetFunctionLogs', 2],
      ['ListFunctions', 3],
      ['ListNamespaces', 3],
    ] as const) {
      for (const key of [one, other]) {
        for (let call = 0; call < bound; call += 1) {
          await limitRate(key, action);
        }
        await expect(limitRate(key, action)).rejects.toMatchObject({
          code: 'rate_limited',
          message: `more than ${bound} calls of ${action} within a second by this key: call again in a moment`,
        });
      }
    }
  });

  test('leave actions alone that are not named where there is no general one', async () => {
    const limitRate = buildRateLimiter({ GetFunctionLogs: 1 });
    const key = makeKey();
    for (let call = 0; call < 100; call += 1) {
      await limitRate(key, 'ListFunctions');
    }
  });
});
