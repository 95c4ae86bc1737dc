// How API 2.0 spells every error (wire facts, sections 0 and B). A new code does not compile until
// it has a row here.

import type { AppError, ErrorCode } from '../../domain/errors.ts';

export interface ErrorReplyV2 {
  readonly code: number;
  readonly message: string;
  readonly codeDesc: string;
}

interface ErrorSpelling {
  readonly code: number;
  readonly codeDesc: string;
  /** Said in place of the error's own message, where that is about the server's inside. */
  readonly message?: string;
}

const invalidParameter: ErrorSpelling = { code: 4000, codeDesc: 'InvalidParameter' };
const authFailure: ErrorSpelling = { code: 4100, codeDesc: 'AuthFailure' };
const replay: ErrorSpelling = { code: 4500, codeDesc: 'AuthFailure.Replay' };
const invalidAction: ErrorSpelling = { code: 6100, codeDesc: 'InvalidAction' };
const requestLimitExceeded: ErrorSpelling = { code: 4400, codeDesc: 'RequestLimitExceeded' };
const internalError: ErrorSpelling = {
  code: 6000,
  codeDesc: 'InternalError',
  message: 'the server could not answer because of a fault of its own',
};

/** 4000 and 4100 are the vendor's spellings; the other names are fnlog's, as none is on record. */
export const errorSpellingsV2: Readonly<Record<ErrorCode, ErrorSpelling>> = {
  invalid_parameter: invalidParameter,
  missing_parameter: invalidParameter,
  unknown_parameter: invalidParameter,
  invalid_time_range: invalidParameter,
  page_too_deep: invalidParameter,
  malformed_request: invalidParameter,
  body_too_large: invalidParameter,
  method_not_allowed: invalidParameter,
  not_found: invalidParameter,
  all_rejected: invalidParameter,
  page_too_large: invalidParameter,
  query_too_costly: {
    ...invalidParameter,
    message:
      'the query would read more than the server allows (queryRowsMax, queryBytesMax): narrow it by functionName or requestId',
  },
  auth_failed: authFailure,
  auth_missing: authFailure,
  auth_malformed: authFailure,
  authorization_invalid: authFailure,
  unknown_key: authFailure,
  signature_mismatch: authFailure,
  token_rejected: authFailure,
  unauthorized: { code: 4102, codeDesc: 'UnauthorizedOperation' },
  overloaded: requestLimitExceeded,
  rate_limited: requestLimitExceeded,
  signature_expired: replay,
  replayed: replay,
  unknown_action: invalidAction,
  unsupported_action: invalidAction,
  unknown_version: invalidAction,
  query_timeout: {
    code: 6000,
    codeDesc: 'InternalError',
    message: 'the query took longer than the server allows: ask for less, or try again',
  },
  storage_full: internalError,
  store_unavailable: {
    code: 6000,
    codeDesc: 'InternalError',
    message: 'the records cannot be read at the moment: try again',
  },
  internal: internalError,
  data_dir_in_use: internalError,
  data_dir_unusable: internalError,
  data_dir_newer: internalError,
  invalid_setting: internalError,
};

/** The envelope of an error: code, message and codeDesc, always with HTTP status 200. */
export function encodeError(error: AppError): ErrorReplyV2 {
  const { code, codeDesc, message } = errorSpellingsV2[error.code];
  return { code, message: message ?? error.message, codeDesc };
}
