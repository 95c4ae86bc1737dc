// The clock, as of the last time that somebody asked about the present: until then the window of a
// view stays where it is.

import { signal } from '@preact/signals';

export const clock = signal(Date.now());

export function readClock(): void {
  clock.value = Date.now();
}
