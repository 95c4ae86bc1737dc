// Tries again for as long as it takes, with growing waits, where time alone can help.

import { setTimeout as wait } from 'node:timers/promises';
import { AppError, type ErrorCode } from '../../domain/errors.ts';

export interface PatienceOptions {
  /** Aborted, it ends instead of waiting. */
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
  readonly waitMsMin: number;
  readonly waitMsMax: number;
}

export const patienceDefault = { waitMsMin: 500, waitMsMax: 30_000 } as const;

/** Besides those that say so: a proxy without a server behind it, and a server that is starting. */
const RETRIED: readonly ErrorCode[] = ['internal', 'data_dir_in_use'];

/**
 * @param attempt does all of it or nothing, or may be done twice
 * @throws what `attempt` throws, where waiting does not help; AbortError
 */
export async function patiently<Result>(
  attempt: () => Promise<Result>,
  { signal, note, waitMsMin, waitMsMax }: PatienceOptions,
): Promise<Result> {
  let waitMs = waitMsMin;
  for (let tries = 1; ; tries += 1) {
    try {
      const result = await attempt();
      if (tries > 1) {
        note('delivering again');
      }
      return result;
    } catch (error) {
      if (!isPassing(error)) {
        throw error;
      }
      if (tries === 1) {
        note(`waiting: ${error.message}; it is tried again until it works`);
      }
    }
    await wait(waitMs, undefined, { signal });
    waitMs = Math.min(waitMsMax, waitMs * 2);
  }
}

function isPassing(error: unknown): error is AppError {
  return error instanceof AppError && (error.retryable || RETRIED.includes(error.code));
}
