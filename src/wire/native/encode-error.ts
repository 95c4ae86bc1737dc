// Errors on the native API: real HTTP statuses and one envelope.

import { AppError, type ErrorCode } from '../../domain/errors.ts';

const statuses: Record<ErrorCode, number> = {
  invalid_parameter: 400,
  missing_parameter: 400,
  unknown_parameter: 400,
  invalid_time_range: 400,
  page_too_deep: 400,
  malformed_request: 400,
  body_too_large: 413,
  method_not_allowed: 405,
  not_found: 404,
  unknown_action: 404,
  unsupported_action: 404,
  unknown_version: 404,
  all_rejected: 400,
  auth_failed: 401,
  auth_missing: 401,
  auth_malformed: 401,
  authorization_invalid: 401,
  unknown_key: 401,
  signature_mismatch: 401,
  token_rejected: 401,
  signature_expired: 401,
  replayed: 401,
  unauthorized: 403,
  page_too_large: 413,
  query_too_costly: 422,
  query_timeout: 504,
  overloaded: 429,
  rate_limited: 429,
  storage_full: 503,
  store_unavailable: 503,
  internal: 500,
  data_dir_in_use: 500,
  data_dir_unusable: 500,
  data_dir_newer: 500,
  invalid_setting: 500,
};

export interface NativeError {
  readonly status: number;
  /** For a Retry-After header; undefined where trying again does not help. */
  readonly retryAfterSeconds: number | undefined;
  readonly body: {
    readonly error: {
      readonly code: ErrorCode;
      readonly message: string;
      readonly details?: Readonly<Record<string, unknown>>;
    };
  };
}

const RETRY_AFTER_SECONDS = 1;

/** What is not an AppError is ours to know: the caller gets `internal` and no inside of it. */
export function encodeNativeError(error: unknown): NativeError {
  const known =
    error instanceof AppError ? error : new AppError('internal', 'something went wrong here');
  const { code, message, details } = known;
  const hasDetails = Object.keys(details).length > 0;
  return {
    status: statuses[code],
    retryAfterSeconds: known.retryable ? retryAfterSeconds(details) : undefined,
    body: { error: { code, message, ...(hasDetails ? { details } : {}) } },
  };
}

/** The error itself knows it sometimes. */
function retryAfterSeconds({ retryAfterSeconds: known }: AppError['details']): number {
  return typeof known === 'number' ? known : RETRY_AFTER_SECONDS;
}
