// The window of time that all views are about.

import { rfc3339, type Window, windowOf } from '../lib/time.ts';
import { clock } from './clock.ts';
import { place } from './route.ts';
import { stable } from './stable.ts';

export const shownWindow = stable<Window>(() => windowOf(place.value.parameters, clock.value));

/** The window, and the namespace, as questions take them. */
export const scope = stable(() => {
  const { sinceMs, untilMs, isLive } = shownWindow.value;
  return {
    namespace: place.value.parameters.get('namespace') ?? undefined,
    since: rfc3339(sinceMs),
    // What begins while the question is on its way belongs to it.
    until: isLive ? undefined : rfc3339(untilMs),
  };
});
