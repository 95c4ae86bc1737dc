// What a question may cost, however many statements it takes.

import { AppError } from './errors.ts';

export interface ReadBounds {
  /** Rows that one statement may read; 0: any number. */
  readonly rowsMax: number;
  /** Bytes, as they are once unpacked, that one statement may read; 0: any number. */
  readonly bytesMax: number;
  /** How much of the question's time is left; 0 or less when it is over. */
  readonly remainingMs: () => number;
  /** Aborted when nobody waits for the answer any more. Its reason is an AppError. */
  readonly signal: AbortSignal | undefined;
}

/** @param cause the engine's own error, where it had begun */
export function questionTooLong(cause?: unknown): AppError {
  return new AppError(
    'query_timeout',
    'the question took too long; narrow it by functionName, requestId or a time range',
    { cause },
  );
}
