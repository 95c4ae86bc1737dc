// Builds dist/ with plain tsc when the sources have changed, and copies what tsc leaves behind.

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { runHere } from './child.mjs';
import {
  distDir,
  hashFiles,
  listFiles,
  modulesDir,
  readJson,
  root,
  sourceDir,
  toolPath,
} from './project.mjs';
import { Stop } from './stop.mjs';

const stampFile = join(modulesDir, '.fnlog-built.json');
// Beside dist, at the same depth: source maps hold paths relative to where they are written.
const nextDir = join(root, '.dist-next');
const previousDir = join(root, '.dist-previous');
const assetEndings = new Set(['.sql', '.py', '.json']);
/** The program; then the types of what other people's programs import. */
const projects = ['tsconfig.build.json', 'tsconfig.wrap.json'];
const otherInputs = ['package-lock.json', 'tsconfig.json', ...projects];

export function needsCompile() {
  const stamp = readJson(stampFile);
  if (stamp === undefined || stamp.inputs !== hashInputs()) return true;
  return stamp.outputs.some((file) => !existsSync(join(distDir, file)));
}

/** Writes a whole new dist and swaps it in: nothing stale stays, and no reader sees half of it. */
export async function compile() {
  const start = performance.now();
  const inputs = hashInputs();
  rmSync(nextDir, { recursive: true, force: true });
  for (const project of projects) {
    await runCompiler(project);
  }
  copyAssets();
  swapIn();
  writeFileSync(stampFile, JSON.stringify({ inputs, outputs: listFiles(distDir) }));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stderr.write(`fnlog: built dist in ${seconds} s\n`);
}

async function runCompiler(project) {
  const args = [toolPath('tsc'), '-p', project, '--outDir', nextDir];
  const code = await runHere(process.execPath, args, { cwd: root });
  if (code !== 0) {
    rmSync(nextDir, { recursive: true, force: true });
    throw new Stop(code > 128 ? '' : 'the build failed: see the errors above', code);
  }
}

function hashInputs() {
  const sources = listFiles(sourceDir).filter((file) => !file.endsWith('.test.ts'));
  return hashFiles(root, [...sources.map((file) => join('src', file)), ...otherInputs]);
}

function copyAssets() {
  for (const file of listFiles(sourceDir).filter((name) => assetEndings.has(extname(name)))) {
    mkdirSync(dirname(join(nextDir, file)), { recursive: true });
    copyFileSync(join(sourceDir, file), join(nextDir, file));
  }
  const program = join(nextDir, 'launch.cjs');
  if (existsSync(program)) chmodSync(program, 0o755);
}

function swapIn() {
  rmSync(previousDir, { recursive: true, force: true });
  if (existsSync(distDir)) renameSync(distDir, previousDir);
  renameSync(nextDir, distDir);
  rmSync(previousDir, { recursive: true, force: true });
}
