// Every way in which fnlog says no, in one table. How a front spells a code belongs to that front.

export type ErrorKind =
  /** The caller has to change something. */
  | 'caller'
  /** Too much at once: the same call can succeed later. */
  | 'overload'
  /** Our side. */
  | 'fault'
  /** The operator has to change something: ends a command with its sentence. */
  | 'operator';

interface ErrorTraits {
  readonly kind: ErrorKind;
  readonly retryable: boolean;
}

const caller: ErrorTraits = { kind: 'caller', retryable: false };
const overload: ErrorTraits = { kind: 'overload', retryable: true };
const operator: ErrorTraits = { kind: 'operator', retryable: false };

export const errorTable = {
  /** A parameter has a value that is not accepted. */
  invalid_parameter: caller,
  missing_parameter: caller,
  /** A parameter that the action does not know, where that front refuses it. */
  unknown_parameter: caller,
  /** Start and end do not make a window together: one is missing, or they are the wrong way round. */
  invalid_time_range: caller,
  /** Offset and limit together are over what the front allows. */
  page_too_deep: caller,
  /** The request cannot be read at all: broken encoding, wrong media type. */
  malformed_request: caller,
  body_too_large: caller,
  method_not_allowed: caller,
  not_found: caller,
  unknown_action: caller,
  /** An action that the API has and fnlog does not serve. */
  unsupported_action: caller,
  unknown_version: caller,
  /** An ingest request without one good record. */
  all_rejected: caller,
  /** HTTP Basic that proves nothing, or a key that was revoked or has expired. */
  auth_failed: caller,
  /** A parameter that a signature rests on is not there … */
  auth_missing: caller,
  /** … or is not well formed. */
  auth_malformed: caller,
  /** An Authorization header that is not of the scheme. */
  authorization_invalid: caller,
  /** The two say the same: only a front whose vendor tells them apart does so by the code. */
  unknown_key: caller,
  signature_mismatch: caller,
  /** A temporary key without its token. */
  token_rejected: caller,
  /** Signed too long ago, or in the future. */
  signature_expired: caller,
  /** Seen before. */
  replayed: caller,
  /** The key is good, but not for this. */
  unauthorized: caller,
  /** The rows asked for are more bytes than one answer may hold. */
  page_too_large: caller,
  /** The store would have to read more for the answer than a question may cost. */
  query_too_costly: caller,
  query_timeout: { kind: 'caller', retryable: true },
  overloaded: overload,
  /** More calls of one key than the setting rateLimits allows. */
  rate_limited: overload,
  storage_full: overload,
  store_unavailable: { kind: 'fault', retryable: true },
  internal: { kind: 'fault', retryable: false },
  data_dir_in_use: operator,
  data_dir_unusable: operator,
  data_dir_newer: operator,
  invalid_setting: operator,
} as const satisfies Record<string, ErrorTraits>;

export type ErrorCode = keyof typeof errorTable;

export interface AppErrorOptions {
  readonly cause?: unknown;
  /** Facts for a program: field names, bounds. Shown to the caller, so never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The message in Chinese, for the fronts whose callers may ask for it. */
  readonly zh?: string;
}

/**
 * An error with a stable code. The message is shown to the caller: lower case, no full stop,
 * it names the parameter, the value and what is accepted. What is not for the caller goes into
 * `cause`.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  /** Undefined where only the English message exists. */
  readonly zh: string | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
    this.zh = options.zh;
  }

  get kind(): ErrorKind {
    return errorTable[this.code].kind;
  }

  get retryable(): boolean {
    return errorTable[this.code].retryable;
  }
}

const VALUE_SHOWN_MAX = 64;

/**
 * A caller's value for use inside an error message: quoted, and cut where it is long.
 *
 * @param value anything that came from outside
 * @returns at most some 70 characters
 */
export function shownValue(value: unknown): string {
  const text = typeof value === 'string' ? value : jsonText(value);
  const points = Array.from(text.slice(0, VALUE_SHOWN_MAX * 2)).slice(0, VALUE_SHOWN_MAX);
  const short = points.join('');
  return short.length < text.length ? `"${short}…"` : `"${short}"`;
}

function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Parsed JSON can be nested deeper than JSON.stringify can go.
    return Array.isArray(value) ? '[…]' : '{…}';
  }
}
