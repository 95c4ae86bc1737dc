// Makes a fresh or changed clone ready to run: checks the machine, installs, builds. Whatever is up
// to date is left alone, so calling this again costs a fraction of a second.

import { compile, needsCompile } from './compile.mjs';
import { install, whyInstall } from './install.mjs';
import { withLock } from './lock.mjs';
import { requirePlatform } from './platform.mjs';

export async function prepare() {
  requirePlatform();
  if (whyInstall() === undefined && !needsCompile()) return;
  await withLock(async () => {
    // Asked again: another process may have done it while this one waited.
    const reason = whyInstall();
    if (reason !== undefined) await install(reason);
    if (needsCompile()) await compile();
  });
}
