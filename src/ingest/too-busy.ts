// What a question of ingest's own that took too long means to who sends records.

import { AppError } from '../domain/errors.ts';

/**
 * @param what was sent
 * @returns the error, or that the store is too busy: a question that takes too long is no mistake of a
 *   sender, who may send the same again
 */
export function tooBusyFor(what: 'records' | 'events', error: unknown): unknown {
  return error instanceof AppError && error.code === 'query_timeout'
    ? new AppError('overloaded', `the store is too busy; send the ${what} again later`, {
        cause: error,
      })
    : error;
}
