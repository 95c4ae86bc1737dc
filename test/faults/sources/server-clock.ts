// A clock for a server that tests can turn while it runs: that of JavaScript, which is all that fnlog
// itself decides by. The engine is linked to a clock of its own that nothing outside of it reaches
// (libfaketime does not either, and its waits spin when the two disagree); it only notes by it when
// a record was written.

import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TURNED_CLOCK = new URL('turned-clock.mjs', import.meta.url).href;

export class ServerClock {
  readonly #file: string;

  constructor(directory: string) {
    this.#file = join(directory, 'clock');
    this.turn(0);
  }

  /** For the process that is to go by it. */
  get environment(): Record<string, string> {
    return { NODE_OPTIONS: `--import=${TURNED_CLOCK}`, TURNED_CLOCK_FILE: this.#file };
  }

  /** @param seconds ahead of the real clock; below 0 behind it */
  turn(seconds: number): void {
    const next = `${this.#file}.next`;
    writeFileSync(next, String(seconds));
    renameSync(next, this.#file);
  }
}
