// Runs that are HTTP requests: what their parts look like, without a word of Express in the types.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunOutcome } from './run-outcome.ts';

const REQUEST_ID_MAX = 256;
const REQUEST_ID_HEADERS = ['x-request-id', 'x-vercel-id'];

export function isServerResponse(value: unknown): value is ServerResponse {
  const response = value as Partial<ServerResponse> | null | undefined;
  return (
    typeof response === 'object' &&
    response !== null &&
    typeof response.once === 'function' &&
    typeof response.headersSent === 'boolean' &&
    typeof response.statusCode === 'number'
  );
}

/** @returns the id that a proxy or a caller gave the request; undefined for none, or an endless one */
export function requestIdOf(request: unknown): string | undefined {
  const headers = (request as Partial<IncomingMessage> | null | undefined)?.headers;
  for (const name of REQUEST_ID_HEADERS) {
    const value = headers?.[name];
    if (typeof value === 'string' && value !== '' && value.length <= REQUEST_ID_MAX) {
      return value;
    }
  }
  return undefined;
}

/** Calls `end` once, when the response is out or its connection is gone. */
export function whenAnswered(response: ServerResponse, end: (outcome: RunOutcome) => void): void {
  response.once('finish', () => end(answerOf(response, true)));
  // Comes after finish as well: the first end of a run counts.
  response.once('close', () => end(answerOf(response, response.writableFinished)));
}

export function answerOf(response: ServerResponse, isWhole: boolean): RunOutcome {
  return { kind: 'answered', httpStatus: response.statusCode, isWhole };
}
