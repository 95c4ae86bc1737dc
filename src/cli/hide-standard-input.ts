// The embedded engine takes what waits on the process's standard input for rows of an INSERT, so
// that `something | fnlog …` would break a write. It finds nothing there once this was called.

import { closeSync, fstatSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

const STANDARD_INPUT = 0;

/**
 * Puts the null device in place of a pipe, file or socket on standard input. To be called at the
 * start, as long as nothing else opens files: the lowest free descriptor has to be this one.
 */
export function hideStandardInput(): void {
  // A terminal is left alone: there nothing waits.
  if (!fstatSync(STANDARD_INPUT).isCharacterDevice()) {
    closeSync(STANDARD_INPUT);
    openSync(devNull, 'r');
  }
}
