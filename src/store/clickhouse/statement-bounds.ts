// What of a question's bounds holds for its next statement.

import { questionTooLong, type ReadBounds } from '../../domain/read-bounds.ts';

/** The engine takes 0 for no deadline at all. */
const DEADLINE_MS_MIN = 1;

/**
 * To be called right before a statement begins.
 *
 * @param deadlineMs of the statement by itself
 * @returns how long it may take
 * @throws AppError query_timeout where the question's time is over; the signal's reason where nobody
 *   waits for the answer any more
 */
export function deadlineWithin(deadlineMs: number, bounds: ReadBounds | undefined): number {
  if (bounds === undefined) {
    return deadlineMs;
  }
  bounds.signal?.throwIfAborted();
  const remainingMs = bounds.remainingMs();
  if (remainingMs < DEADLINE_MS_MIN) {
    throw questionTooLong();
  }
  return Math.min(deadlineMs, Math.floor(remainingMs));
}

/** The engine's settings for them; it says itself where a statement reads too much. */
export function readSettings(bounds: ReadBounds | undefined): Readonly<Record<string, number>> {
  const { rowsMax = 0, bytesMax = 0 } = bounds ?? {};
  return {
    ...(rowsMax > 0 && { max_rows_to_read: rowsMax }),
    ...(bytesMax > 0 && { max_bytes_to_read: bytesMax }),
  };
}
