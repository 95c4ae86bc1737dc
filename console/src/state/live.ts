// Following: how many runs have come in that the page does not show yet.

import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { addressOf } from '../api/client.ts';
import { filters } from './invocation-query.ts';
import { askAgain } from './question.ts';
import { change, place } from './route.ts';
import { readClock, scope } from './window.ts';

const arrived = signal(0);
export const newRuns: ReadonlySignal<number> = arrived;

export const isLive = () => place.value.parameters.get('live') === '1';

/** Lets the page show what has come. */
export function showNewRuns(): void {
  arrived.value = 0;
  readClock();
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
 * @param isReading whether somebody looks at a run of it
 * @returns how to stop
 */
export function followRuns(after: () => number | undefined, isReading: () => boolean): () => void {
  const stopFollowing = effect(() => {
    const mark = after();
    if (!isLive() || mark === undefined) {
      arrived.value = 0;
      return undefined;
    }
    const { slow, errorShape: _, ...narrowing } = filters.value;
    const { namespace } = scope.value;
    const source = new EventSource(
      addressOf('/api/v1/tail', {
        namespace,
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
  const timer = setInterval(() => {
    if (arrived.peek() > 0 && window.scrollY < TOP_PIXELS && !isReading()) {
      showNewRuns();
    }
  }, REFRESH_MS);
  return () => {
    clearInterval(timer);
    stopFollowing();
  };
}
