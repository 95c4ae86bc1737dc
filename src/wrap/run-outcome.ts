// How a run ended, as fields of its record.

import { boundedJson } from './bounded-json.ts';
import { cutToBytes } from './cut-to-bytes.ts';

export type RunOutcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'answered'; readonly httpStatus: number; readonly isWhole: boolean };

export interface OutcomeFields {
  readonly retCode: number;
  /** Left out where the server's own rule says it: 200 for 0, 430 for a failure. */
  readonly statusCode?: number;
  readonly retMsg: string;
  /** Lines for the end of the log. */
  readonly stack: string;
  readonly httpStatus?: number;
}

const RET_CODE_OK = 0;
const RET_CODE_FAILED = 1;
const RET_CODE_INTERRUPTED = 3;
/** Vendor document 583/35311. */
const USER_CODE_EXCEPTION = 430;
const REQUEST_CANCELED = 499;
const HTTP_FAILURE_MIN = 500;
const MESSAGE_BYTES_MAX = 4 * 1024;
const STACK_BYTES_MAX = 8 * 1024;

/**
 * Looks at what a handler returned or threw, which may be anything; getters of it are called.
 *
 * @param resultBytesMax how much of a result is kept; 0 for none of it
 */
export function fieldsOfOutcome(outcome: RunOutcome, resultBytesMax: number): OutcomeFields {
  switch (outcome.kind) {
    case 'returned':
      return {
        retCode: RET_CODE_OK,
        retMsg:
          resultBytesMax === 0 ? '' : guarded(() => boundedJson(outcome.value, resultBytesMax)),
        stack: '',
      };
    case 'threw':
      return {
        retCode: RET_CODE_FAILED,
        statusCode: USER_CODE_EXCEPTION,
        retMsg: cut(
          guarded(() => messageOf(outcome.error)),
          MESSAGE_BYTES_MAX,
        ),
        stack: cut(
          guarded(() => stackOf(outcome.error)),
          STACK_BYTES_MAX,
        ),
      };
    case 'answered':
      return fieldsOfAnswer(outcome.httpStatus, outcome.isWhole);
  }
}

function fieldsOfAnswer(httpStatus: number, isWhole: boolean): OutcomeFields {
  if (!isWhole) {
    return {
      retCode: RET_CODE_INTERRUPTED,
      statusCode: REQUEST_CANCELED,
      retMsg: 'the connection was closed before the response was sent',
      stack: '',
      httpStatus,
    };
  }
  const hasFailed = httpStatus >= HTTP_FAILURE_MIN;
  return {
    retCode: hasFailed ? RET_CODE_FAILED : RET_CODE_OK,
    retMsg: hasFailed ? `HTTP ${httpStatus}` : '',
    stack: '',
    httpStatus,
  };
}

function messageOf(error: unknown): string {
  if (error instanceof Error) {
    return `${error.name}: ${error.message}`;
  }
  return typeof error === 'string' ? error : boundedJson(error, MESSAGE_BYTES_MAX) || String(error);
}

/** A stack of V8 has the name and the message before it. */
function stackOf(error: unknown): string {
  const stack = error instanceof Error ? error.stack : undefined;
  return typeof stack === 'string' ? stack : '';
}

function cut(text: string, bytesMax: number): string {
  const { text: kept, cutBytes } = cutToBytes(text, bytesMax);
  return cutBytes > 0 ? `${kept}…` : kept;
}

function guarded(read: () => string): string {
  try {
    return read();
  } catch {
    return '[cannot be shown]';
  }
}
