// How this program was called, so that a hint can be typed as it stands.

import { basename, relative } from 'node:path';

/** @returns `fnlog` where it was found by that name, else the command that starts this file */
export function programName(): string {
  const script = process.argv[1] ?? '';
  return basename(script) === 'fnlog' ? 'fnlog' : `node ${relative(process.cwd(), script)}`;
}
