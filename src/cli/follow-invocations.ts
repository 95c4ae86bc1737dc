// Records as they come in, from a running server, across broken connections.

import { setTimeout } from 'node:timers/promises';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import type { NativeInvocation } from '../wire/native/encode-invocation.ts';
import type { NativeClient, TailMessage } from './native-client.ts';

export interface FollowOptions {
  /** What narrows the records down, as parameters of GET /api/v1/tail. */
  readonly filter: URLSearchParams;
  /** Everything after this ingest sequence. */
  readonly afterSeq: number;
  readonly signal: AbortSignal;
  /** Takes a line for whoever watches. */
  readonly say: (line: string) => void;
}

const WAIT_MS_MIN = 500;
const WAIT_MS_MAX = 10_000;
/** Trying again would end in the same way. */
const FINAL: readonly ErrorCode[] = [
  ...(['auth_failed', 'unauthorized', 'invalid_parameter', 'malformed_request'] as const),
  ...(['not_found'] as const),
];

/**
 * @returns each record once, in the order of ingest, until the signal is aborted
 * @throws AppError where trying again would not help
 */
export async function* followInvocations(
  client: NativeClient,
  { filter, afterSeq, signal, say }: FollowOptions,
): AsyncGenerator<NativeInvocation> {
  let lastSeq = afterSeq;
  for (let waitMs = WAIT_MS_MIN; !signal.aborted; waitMs = Math.min(2 * waitMs, WAIT_MS_MAX)) {
    const parameters = new URLSearchParams(filter);
    parameters.set('after', String(lastSeq));
    try {
      for await (const message of client.tail(parameters, signal)) {
        waitMs = WAIT_MS_MIN;
        lastSeq = message.id ?? lastSeq;
        if (message.event === 'invocation') {
          yield message.data as NativeInvocation;
        } else {
          sayOf(message, say);
        }
      }
    } catch (error) {
      assertWorthTrying(error, signal, say);
    }
    await setTimeout(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

function sayOf({ event, data }: TailMessage, say: FollowOptions['say']): void {
  if (event === 'gap') {
    say('fallen behind: what follows is read from the store, and nothing is left out');
  } else if (event === 'end') {
    say(`the server has ended it: ${(data as { reason: string }).reason}`);
  }
}

function assertWorthTrying(error: unknown, signal: AbortSignal, say: FollowOptions['say']): void {
  if (signal.aborted) {
    return;
  }
  if (!(error instanceof AppError) || FINAL.includes(error.code)) {
    throw error;
  }
  say(`${error.message}; trying again`);
}
