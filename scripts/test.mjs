// npm test: linter, types, unused code and the test suite, from a fresh clone too. Stops at the
// first that fails. Arguments after `--` go to vitest, and then only vitest runs.

import { ensureBrowser } from './steps/browser.mjs';
import { runHere } from './steps/child.mjs';
import { prepare } from './steps/prepare.mjs';
import { root, toolPath } from './steps/project.mjs';
import { givenArguments, runScript } from './steps/stop.mjs';
import { runSuite } from './steps/suite.mjs';

const checks = [
  { name: 'biome check', tool: 'biome', args: ['check'] },
  { name: 'tsc -p tsconfig.json', tool: 'tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'tsc -p console', tool: 'tsc', args: ['-p', 'console'] },
  { name: 'tsc -p test/console', tool: 'tsc', args: ['-p', 'test/console'] },
  { name: 'knip', tool: 'knip', args: [] },
];

await runScript(async () => {
  await timed('install and build', prepare);
  ensureBrowser();
  const args = givenArguments();
  for (const { name, tool, args: toolArgs } of args.length === 0 ? checks : []) {
    const code = await timed(name, () =>
      runHere(process.execPath, [toolPath(tool), ...toolArgs], { cwd: root }),
    );
    if (code !== 0) return code;
  }
  process.stdout.write('\n== vitest run\n');
  return runSuite({ args });
});

async function timed(name, step) {
  process.stdout.write(`\n== ${name}\n`);
  const start = performance.now();
  const code = (await step()) ?? 0;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? 'ok' : 'failed'} after ${seconds} s\n`);
  return code;
}
