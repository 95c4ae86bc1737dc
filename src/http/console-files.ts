// Where the build puts the console.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @returns a directory; it may be missing where the console is not built */
export function consoleDirectory(): string {
  // Beside the compiled program; from its sources, in what was built last.
  const beside = fileURLToPath(new URL('../console/', import.meta.url));
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL('../../dist/console/', import.meta.url));
}
