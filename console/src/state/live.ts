// Following: how many runs have come in that the page does not show yet.

import { computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { ApiError, type Parameters } from '../api/client.ts';
import { readTail } from '../api/tail.ts';
import { filters } from './invocation-query.ts';
import { askAgain, isPassing, waitToAskAgain } from './question.ts';
import { change, NEWEST, place } from './route.ts';
import { noteEnded } from './session.ts';
import { scope } from './window.ts';

const arrived = signal(0);
export const newRuns: ReadonlySignal<number> = arrived;

export const isLive = computed(() => place.value.parameters.get('live') === '1');
/** Somebody looks at one run of the page. */
const isReading = computed(() => place.value.parameters.has('run'));

/** The window moves with the clock; what is followed does not. */
const namespace = computed(() => scope.value.namespace);

const refused = signal<ApiError | undefined>(undefined);
/** Why nothing can be followed. */
export const followError: ReadonlySignal<ApiError | undefined> = refused;

/** A server that went away is asked again for what came after the last one. */
async function keepCounting(question: Parameters, mark: number, gone: AbortSignal): Promise<void> {
  let after = mark;
  for (let tries = 0; !gone.aborted; tries++) {
    try {
      for await (const seq of readTail({ ...question, after }, gone)) {
        [after, tries] = [seq, 0];
        arrived.value += 1;
      }
    } catch (error) {
      if (gone.aborted) {
        return;
      }
      if (error instanceof ApiError && !isPassing(error)) {
        refused.value = error;
        if (error.status === 401) {
          noteEnded();
        }
        return;
      }
    }
    await waitToAskAgain(tries);
  }
}

/** Lets the page show what has come. */
export function showNewRuns(): void {
  arrived.value = 0;
  if (place.value.parameters.has('asOf') || place.value.parameters.has('page')) {
    change(NEWEST, true);
  }
  askAgain();
}

/** A page that is read, or scrolled away from its top, must not move. */
const TOP_PIXELS = 120;
const REFRESH_MS = 2_000;

/**
 * Follows while the address says so.
 *
 * @param after the mark of the page that is shown
 * @returns how to stop
 */
export function followRuns(after: () => number | undefined): () => void {
  // A stream is opened anew for a page of another mark, not for every step of asking for it.
  const shownMark = computed(after);
  const stopFollowing = effect(() => {
    const mark = shownMark.value;
    if (!isLive.value || mark === undefined) {
      arrived.value = 0;
      return undefined;
    }
    const { slow, errorShape: _, ...narrowing } = filters.value;
    const question = {
      namespace: namespace.value,
      ...narrowing,
      // What depends on a median is not known of a run that has just come.
      slow: slow?.endsWith('x') === true ? undefined : slow,
    };
    const gone = new AbortController();
    arrived.value = 0;
    refused.value = undefined;
    void keepCounting(question, mark, gone.signal);
    return () => gone.abort();
  });
  const refresh = () => {
    if (arrived.peek() > 0 && window.scrollY < TOP_PIXELS && !isReading.peek()) {
      showNewRuns();
    }
  };
  const timer = setInterval(refresh, REFRESH_MS);
  // Whoever has read a run to its end gets what has come meanwhile at once.
  const stopWatching = effect(() => {
    if (!isReading.value) {
      untracked(refresh);
    }
  });
  return () => {
    clearInterval(timer);
    stopWatching();
    stopFollowing();
  };
}
