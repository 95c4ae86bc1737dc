// npm run test:node24: the test suite on Node 24, which the npm package `node` carries. It is put
// into a cache folder and is no dependency of the project.

import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runHere } from './steps/child.mjs';
import { failure, runNpm } from './steps/install.mjs';
import { withLock } from './steps/lock.mjs';
import { prepare } from './steps/prepare.mjs';
import { modulesDir } from './steps/project.mjs';
import { givenArguments, runScript, Stop } from './steps/stop.mjs';
import { runSuite } from './steps/suite.mjs';

const version = '24.21.0';
const expectedMegabytes = 190;
const cacheDir = join(modulesDir, '.cache', `node-${version}`);
const node = join(cacheDir, 'node_modules', 'node', 'bin', 'node');

await runScript(async () => {
  await prepare();
  if (!existsSync(node)) await withLock(installNode);
  const expected = `v${version}`;
  const test = `if (process.version !== '${expected}') throw new Error(process.version)`;
  if ((await runHere(node, ['-e', test])) !== 0) {
    throw new Stop(`${node} is not Node ${expected}; remove ${cacheDir} and try again`);
  }
  process.stdout.write(`\n== vitest run on Node ${expected}\n`);
  // Tests that start `node` by name get the same one.
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
  return runSuite({ args: givenArguments(), node, env });
});

async function installNode() {
  if (existsSync(node)) return;
  process.stderr.write(`fnlog: fetching Node ${version}, about ${expectedMegabytes} MB, once\n`);
  const args = ['install', '--prefix', cacheDir, '--no-save', `node@${version}`];
  const { code, lines } = await runNpm(args, { dir: cacheDir, expectedMegabytes });
  if (code !== 0) throw new Stop(failure(lines));
}
