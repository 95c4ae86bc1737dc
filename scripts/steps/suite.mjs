// Runs vitest and says in one line what came out, counted from vitest's own result file.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHere } from './child.mjs';
import { readJson, root, toolPath } from './project.mjs';
import { Stop } from './stop.mjs';

/** `node` is the Node to run it on. Resolves to the exit code; the summary is the last line. */
export async function runSuite({ args, node = process.execPath, env = process.env }) {
  const dir = mkdtempSync(join(tmpdir(), 'fnlog-test-'));
  const resultFile = join(dir, 'result.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultFile}`];
    const vitest = [toolPath('vitest'), 'run', ...reporters, ...args];
    const code = await runHere(node, vitest, { cwd: root, env: { ...plainInPipes(), ...env } });
    return summarize(code, readJson(resultFile));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** vitest would colour its output in a build log too. */
function plainInPipes() {
  return process.stdout.isTTY ? {} : { NO_COLOR: '1' };
}

function summarize(code, result) {
  if (result === undefined) throw new Stop('vitest ended without a result', code === 0 ? 1 : code);
  const { passed, failed, skipped } = count(result.testResults);
  if (passed + failed === 0) process.stderr.write('fnlog: no test was run, so this is a failure\n');
  if (code !== 0 && failed === 0 && passed > 0) {
    process.stderr.write('fnlog: an error outside of any test: see above\n');
  }
  const rest = skipped > 0 ? `, ${skipped} skipped` : '';
  process.stdout.write(`${passed} passed, ${failed} failed${rest}\n`);
  return code === 0 && (failed > 0 || passed === 0) ? 1 : code;
}

/** A file that broke before its first test counts as one failure. */
function count(files) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of files) {
    const failures = assertionResults.filter((test) => test.status === 'failed').length;
    const passes = assertionResults.filter((test) => test.status === 'passed').length;
    counts.passed += passes;
    counts.failed += failures === 0 && status === 'failed' ? 1 : failures;
    counts.skipped += assertionResults.length - passes - failures;
  }
  return counts;
}
