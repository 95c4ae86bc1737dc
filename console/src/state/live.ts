// Following: how many runs have come in that the page does not show yet.

import { computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { addressOf } from '../api/client.ts';
import { filters } from './invocation-query.ts';
import { askAgain } from './question.ts';
import { change, place } from './route.ts';
import { scope } from './window.ts';

const arrived = signal(0);
export const newRuns: ReadonlySignal<number> = arrived;

export const isLive = computed(() => place.value.parameters.get('live') === '1');
/** Somebody looks at one run of the page. */
const isReading = computed(() => place.value.parameters.has('run'));

/** The window moves with the clock; what is followed does not. */
const namespace = computed(() => scope.value.namespace);

/** Lets the page show what has come. */
export function showNewRuns(): void {
  arrived.value = 0;
  if (place.value.parameters.has('asOf') || place.value.parameters.has('page')) {
    change({ page: undefined, asOf: undefined }, true);
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
    const source = new EventSource(
      addressOf('/api/v1/tail', {
        namespace: namespace.value,
        ...narrowing,
        // What depends on a median is not known of a run that has just come.
        slow: slow?.endsWith('x') === true ? undefined : slow,
        after: mark,
      }),
    );
    arrived.value = 0;
    source.addEventListener('invocation', () => {
      arrived.value += 1;
    });
    return () => source.close();
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
