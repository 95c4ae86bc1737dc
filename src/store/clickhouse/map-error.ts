// The engine's errors in the program's own codes. Decided by the engine's number, not its words;
// those stay in `cause`, since they may quote a caller's data.

import { AppError } from '../../domain/errors.ts';
import { questionTooLong, type ReadBounds } from '../../domain/read-bounds.ts';

/** Numbers from the engine's ErrorCodes list. */
const TOO_MANY_ROWS = '158';
const TIMEOUT_EXCEEDED = '159';
const TOO_MANY_BYTES = '307';
const TOO_MANY_ROWS_OR_BYTES = '396';
const MEMORY_LIMIT_EXCEEDED = '241';
const NOT_ENOUGH_SPACE = '243';
const CANNOT_WRITE_TO_FILE_DESCRIPTOR = '75';
const CANNOT_FSYNC = '77';

const GIB = 1024 ** 3;

/**
 * @param error whatever a statement threw
 * @param bounds that the statement had, if any
 * @returns query_timeout, query_too_costly, page_too_large, overloaded, storage_full or
 *   store_unavailable
 */
export function mapStoreError(error: unknown, bounds?: ReadBounds): AppError {
  if (error instanceof AppError) {
    return error;
  }
  switch (engineCodeOf(error)) {
    case TIMEOUT_EXCEEDED:
      return questionTooLong(error);
    case TOO_MANY_ROWS:
      return tooCostly(`${bounds?.rowsMax} rows`, 'queryRowsMax', error);
    case TOO_MANY_BYTES:
      return tooCostly(bytesText(bounds?.bytesMax ?? 0), 'queryBytesMax', error);
    case TOO_MANY_ROWS_OR_BYTES:
      return new AppError(
        'page_too_large',
        'the rows of this page are more than one answer may hold; ask for a smaller limit',
        { cause: error },
      );
    case MEMORY_LIMIT_EXCEEDED:
      return new AppError('overloaded', 'the store is out of memory for now; try again', {
        cause: error,
      });
    case NOT_ENOUGH_SPACE:
    case CANNOT_WRITE_TO_FILE_DESCRIPTOR:
    case CANNOT_FSYNC:
      return new AppError('storage_full', 'the store cannot write: its disk is full', {
        cause: error,
      });
    default:
      return new AppError('store_unavailable', 'the store did not carry out the statement', {
        cause: error,
      });
  }
}

function tooCostly(most: string, setting: string, cause: unknown): AppError {
  return new AppError(
    'query_too_costly',
    `this question would read more than ${most} (${setting}): name a function, or a shorter window (since, until)`,
    { cause, details: { setting } },
  );
}

function bytesText(bytes: number): string {
  return bytes % GIB === 0 ? `${bytes / GIB} GiB` : `${bytes} bytes`;
}

/** By its shape: the embedded connection throws the same class from another copy of the package. */
function engineCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
