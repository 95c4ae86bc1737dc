// A clock for the server that tests can turn while it runs. With libfaketime (Debian: faketime) it is
// that of the whole process, the embedded engine's too; without it that of JavaScript alone.

import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const LIBRARIES = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map(
  (machine) => `/usr/lib/${machine}/faketime/libfaketimeMT.so.1`,
);
const library = LIBRARIES.find((path) => existsSync(path));
const PRELOADED = fileURLToPath(new URL('turned-clock.mjs', import.meta.url));

/** Whether the engine's clock is turned as well. */
export const turnsWholeProcess = library !== undefined;

/** How long the server may go by the old time. */
export const CLOCK_LAG_MS = 1_000;

/** Beside the shared library the real clock goes on for whoever measures how long something takes. */
export class ServerClock {
  readonly #file: string;

  constructor(directory: string) {
    this.#file = join(directory, 'clock');
    this.turn(0);
  }

  /** For the process that is to go by it. */
  get environment(): Record<string, string> {
    if (library === undefined) {
      return {
        NODE_OPTIONS: `--import=${pathToFileURL(PRELOADED).href}`,
        FNLOG_TEST_CLOCK: this.#file,
      };
    }
    return {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_CACHE_DURATION: String(CLOCK_LAG_MS / 1_000),
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** @param seconds ahead of the real clock; below 0 behind it */
  turn(seconds: number): void {
    const next = `${this.#file}.next`;
    writeFileSync(next, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    renameSync(next, this.#file);
  }
}
