// The window of time that all views are about.

import { computed, signal } from '@preact/signals';
import { rfc3339, type Window, windowOf } from '../lib/time.ts';
import { asked } from './question.ts';
import { place } from './route.ts';

/** The clock, as of the last time that anything was asked: a window is the same for all of a view. */
const clock = signal(Date.now());

export function readClock(): void {
  clock.value = Date.now();
}

export const shownWindow = computed<Window>(() => {
  // Whoever asks again asks about the present.
  const nowMs = asked.value === 0 ? clock.value : Math.max(clock.value, Date.now());
  return windowOf(place.value.parameters, nowMs);
});

/** The window, and the namespace, as questions take them. */
export const scope = computed(() => {
  const { sinceMs, untilMs, isLive } = shownWindow.value;
  return {
    namespace: place.value.parameters.get('namespace') ?? undefined,
    since: rfc3339(sinceMs),
    // What begins while the question is on its way belongs to it.
    until: isLive ? undefined : rfc3339(untilMs),
  };
});
