// A question that a view keeps asking: the last answer stays on the screen until the next one is
// there, and while the server is away it is asked again.

import { batch, type ReadonlySignal, signal, useComputed, useSignalEffect } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { ApiError, AwayError } from '../api/client.ts';
import { readClock } from './clock.ts';
import { noteEnded } from './session.ts';

export interface Asked<Answer> {
  /** The last answer, of an earlier question perhaps. */
  readonly answer?: Answer;
  readonly error?: ApiError;
  readonly asking: boolean;
  readonly away: boolean;
}

const AGAIN_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const;

/** Waits before the same is asked again: longer with every try. */
export async function waitToAskAgain(tries: number): Promise<void> {
  const ms = AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)];
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Whether it is worth asking again: nobody answers, or the server has too much to do. */
export function isPassing(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 429 || error.status === 503;
}

/** Counts up whenever everything is to be asked again. */
const asked = signal(0);

/** About the present. */
export function askAgain(): void {
  batch(() => {
    readClock();
    asked.value += 1;
  });
}

/**
 * @param question reads the signals that it depends on; undefined: nothing is to be asked
 */
export function useQuestion<Answer>(
  question: () => ((signal: AbortSignal) => Promise<Answer>) | undefined,
): ReadonlySignal<Asked<Answer>> {
  const state = useMemo(() => signal<Asked<Answer>>({ asking: true, away: false }), []);
  const current = useComputed(() => ({ send: question(), round: asked.value }));
  useSignalEffect(() => {
    const { send } = current.value;
    const gone = new AbortController();
    if (send !== undefined) {
      state.value = { ...state.peek(), asking: true };
      void keepAsking(send, gone.signal, state);
    }
    return () => gone.abort();
  });
  return state;
}

async function keepAsking<Answer>(
  send: (signal: AbortSignal) => Promise<Answer>,
  gone: AbortSignal,
  state: { value: Asked<Answer>; peek(): Asked<Answer> },
): Promise<void> {
  for (let tries = 0; !gone.aborted; tries++) {
    try {
      const answer = await send(gone);
      if (!gone.aborted) {
        state.value = { answer, asking: false, away: false };
      }
      return;
    } catch (error) {
      if (gone.aborted) {
        return;
      }
      const { answer } = state.peek();
      const kept = answer === undefined ? {} : { answer };
      if (error instanceof ApiError && !isPassing(error)) {
        state.value = { ...kept, error, asking: false, away: false };
        if (error.status === 401) {
          noteEnded();
        }
        return;
      }
      state.value = { ...kept, asking: true, away: error instanceof AwayError };
      await waitToAskAgain(tries);
    }
  }
}
