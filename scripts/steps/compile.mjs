// Builds dist/ with plain tsc when the sources have changed, copies what tsc leaves behind, and builds
// the console into it.

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runHere } from './child.mjs';
import {
  consoleDir,
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
/** What a browser gets zipped where it says that it can. */
const zippedEndings = new Set(['.js', '.css', '.html', '.svg']);
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
  await buildConsole();
  swapIn();
  writeFileSync(stampFile, JSON.stringify({ inputs, outputs: listFiles(distDir) }));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stderr.write(`fnlog: built dist in ${seconds} s\n`);
}

function runCompiler(project) {
  return runTool(['tsc', '-p', project, '--outDir', nextDir], root);
}

/** Vite says what it has made, which nobody who starts a server wants to read. */
async function buildConsole() {
  const outDir = join(nextDir, 'console');
  await runTool(['vite', 'build', '--outDir', outDir, '--logLevel', 'error'], consoleDir);
  for (const file of listFiles(outDir).filter((name) => zippedEndings.has(extname(name)))) {
    const zipped = gzipSync(readFileSync(join(outDir, file)), { level: 9 });
    writeFileSync(join(outDir, `${file}.gz`), zipped);
  }
}

async function runTool([tool, ...args], cwd) {
  const code = await runHere(process.execPath, [toolPath(tool), ...args], { cwd });
  if (code !== 0) {
    rmSync(nextDir, { recursive: true, force: true });
    throw new Stop(code > 128 ? '' : 'the build failed: see the errors above', code);
  }
}

function hashInputs() {
  const inputs = ['src', 'console'].flatMap((directory) =>
    listFiles(join(root, directory)).map((file) => join(directory, file)),
  );
  const sources = inputs.filter(
    (file) => !file.endsWith('.test.ts') && !file.includes('node_modules'),
  );
  return hashFiles(root, [...sources, ...otherInputs]);
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
