// A browser for the tests of the console: Debian's, installed once where there is none and where
// that is allowed. Elsewhere those tests are left out, and say so.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const places = [
  process.env.CHROMIUM_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

export function ensureBrowser() {
  if (places.some((path) => path !== '' && existsSync(path))) return;
  const isRoot = process.getuid?.() === 0;
  if (!(isRoot && existsSync('/usr/bin/apt-get'))) {
    process.stderr.write(
      'fnlog: there is no chromium, and it cannot be installed here (apt-get as root): the tests of the console are left out\n',
    );
    return;
  }
  process.stderr.write(
    'fnlog: installing chromium with apt-get for the tests of the console, once\n',
  );
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
  ]) {
    const { status, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' });
    if (status !== 0) {
      process.stderr.write(
        `fnlog: apt-get ${args[0]} failed: the tests of the console are left out\n${stderr}`,
      );
      return;
    }
  }
}
