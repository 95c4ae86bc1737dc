// Installs node_modules from the lock file when they are missing or do not belong to it.

import { existsSync, lstatSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runWatched } from './child.mjs';
import { startProgress } from './progress.mjs';
import { hashFiles, modulesDir, readJson, root } from './project.mjs';
import { Stop } from './stop.mjs';

const stampFile = join(modulesDir, '.fnlog-installed.json');
// Measured on Linux x64; the embedded ClickHouse library alone is 543 MB.
const expectedMegabytes = 780;
const tailLines = 15;
// Blank lines and stack traces push the reason out of sight.
const noise = /^(?:npm error)?\s*(?:at .*)?$/;
// npm's own settings of the command that started us must not reach the install.
const dropped = ['npm_config_dry_run', 'npm_config_global', 'npm_config_local_prefix'];

/** `undefined` when nothing is to be done, else why an install is needed. */
export function whyInstall() {
  if (!existsSync(modulesDir)) return 'node_modules is missing';
  const stamp = readJson(stampFile);
  const now = currentStamp();
  // The native packages work with every Node version, so only the machine counts.
  if (stamp !== undefined && stamp.platform !== now.platform) {
    return 'node_modules was made for another machine';
  }
  if (stamp?.lock === now.lock) {
    return missingPackage() === undefined ? undefined : `${missingPackage()} is missing`;
  }
  // Someone ran npm by hand, as `npm install <package>` or a CI step does: no need to do it again.
  if (matchesLockFile()) {
    writeStamp();
    return undefined;
  }
  return 'node_modules does not belong to package-lock.json';
}

export async function install(reason) {
  const count = Math.round(wantedPackages().length / 10) * 10;
  process.stderr.write(
    `fnlog: ${reason}: installing about ${count} packages, about ${expectedMegabytes} MB on disk, once\n`,
  );
  let result = await runNpm(['ci', '--include=dev']);
  if (result.code !== 0 && result.lines.some((line) => line.includes('code EUSAGE'))) {
    process.stderr.write(
      'fnlog: npm ci finds package-lock.json incomplete; installing what it names with npm install\n',
    );
    result = await runNpm(['install', '--no-save', '--include=dev']);
  }
  if (result.code > 128) throw new Stop('', result.code);
  if (result.code !== 0) throw new Stop(failure(result.lines));
  writeStamp();
}

/** npm with a progress line; `lines` are the last ones npm printed. */
export async function runNpm(args, target = { dir: modulesDir, expectedMegabytes }) {
  const lines = [];
  const measure = () => megabytesOf(target.dir);
  const progress = startProgress('installing', target.expectedMegabytes, measure);
  const [command, first] = npmCommand();
  const code = await runWatched(command, [...first, ...args, '--no-audit', '--no-fund'], {
    cwd: root,
    env: npmEnvironment(),
    onLine: (line) => {
      lines.push(line);
      if (lines.length > 200) lines.shift();
    },
  });
  progress.stop(code === 0 ? 'installed' : 'npm failed');
  return { code, lines };
}

export function failure(lines) {
  const tail = lines.filter((line) => !noise.test(line)).slice(-tailLines);
  return [
    'the installation failed. npm said:',
    ...tail.map((line) => `  ${line}`),
    'Check that the npm registry can be reached (npm ping), that a proxy is set if one is needed, and that 1 GB of disk is free; then run the same command again.',
  ].join('\n');
}

function npmCommand() {
  const path = process.env.npm_execpath ?? '';
  return basename(path) === 'npm-cli.js' ? [process.execPath, [path]] : ['npm', []];
}

function npmEnvironment() {
  const env = { ...process.env, npm_config_update_notifier: 'false' };
  for (const name of dropped) delete env[name];
  return env;
}

function currentStamp() {
  return {
    lock: hashFiles(root, ['package-lock.json']),
    platform: `${process.platform}-${process.arch}`,
  };
}

function writeStamp() {
  writeFileSync(stampFile, `${JSON.stringify(currentStamp(), null, 2)}\n`);
}

/** Compares with the list that npm itself leaves in node_modules after each install. */
function matchesLockFile() {
  const installed = readJson(join(modulesDir, '.package-lock.json'))?.packages;
  if (installed === undefined) return false;
  const locked = new Map(lockedPackages());
  const same = Object.entries(installed).every(([path, { version, integrity }]) => {
    const wanted = locked.get(path);
    const sameBytes = !(wanted?.integrity && integrity) || wanted.integrity === integrity;
    return wanted?.version === version && sameBytes;
  });
  return same && missingPackage() === undefined;
}

function missingPackage() {
  const missing = wantedPackages().find(
    ([path, entry]) => !entry.optional && !existsSync(join(root, path)),
  );
  return missing?.[0];
}

/** Leaves out the packages for other systems; a few optional ones it counts may stay out too. */
function wantedPackages() {
  const libc = process.platform === 'linux' ? 'glibc' : undefined;
  return lockedPackages().filter(
    ([, entry]) =>
      (entry.os?.includes(process.platform) ?? true) &&
      (entry.cpu?.includes(process.arch) ?? true) &&
      (entry.libc?.includes(libc) ?? true),
  );
}

function lockedPackages() {
  const lock = readJson(join(root, 'package-lock.json'));
  if (lock === undefined) throw new Stop('package-lock.json is missing or cannot be read');
  return Object.entries(lock.packages).filter(([path]) => path !== '');
}

/** What is there so far, while npm is still writing: files may come and go under our eyes. */
function megabytesOf(dir) {
  let bytes = 0;
  const folders = [dir];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else bytes += lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
    }
  }
  return bytes / 2 ** 20;
}

function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
