// npm start: the server with the sample functions, from a fresh clone too.
// Arguments after `--` go to the program: npm start -- --port 8080

import { join } from 'node:path';
import { runHere } from './steps/child.mjs';
import { prepare } from './steps/prepare.mjs';
import { distDir, root } from './steps/project.mjs';
import { givenArguments, runScript } from './steps/stop.mjs';

await runScript(async () => {
  await prepare();
  const program = [join(distDir, 'launch.cjs'), 'dev', '--functions', 'examples/functions'];
  return runHere(process.execPath, [...program, ...givenArguments()], { cwd: root });
});
