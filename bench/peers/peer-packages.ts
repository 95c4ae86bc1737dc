// The npm packages of peers. They are large, one needs a compiler, and nothing but this bench uses
// them: so they are no dependencies of the project, but installed once, in exact versions, where
// the bench keeps them.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { showProgress } from '../report.ts';
import type { PeerName } from './peer.ts';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/fnlog-bench', import.meta.url));
const INSTALL_MS_MAX = 900_000;
/** npm's settings of the command that started the bench, which must not reach the install. */
const dropped = ['npm_config_dry_run', 'npm_config_global', 'npm_config_local_prefix'];

const packages: Readonly<Record<PeerName, readonly string[]>> = {
  postgresql: ['pg@8.23.1', 'pg-copy-streams@7.0.0'],
  duckdb: ['@duckdb/node-api@1.5.6-r.1'],
  // The last major that works on Node 20.
  sqlite: ['better-sqlite3@12.11.1'],
};

export type Found<T> = { readonly found: T } | { readonly missing: string };

/** @returns a directory to load the peer's packages from, or why there is none */
export function preparePackages(peer: PeerName): Found<string> {
  const wanted = packages[peer];
  const directory = join(CACHE, wanted.join('+').replaceAll(/[^\w.+@-]/g, '-'));
  const done = join(directory, '.done');
  if (existsSync(done)) {
    return { found: directory };
  }
  showProgress(`installing ${wanted.join(' and ')}; once`);
  mkdirSync(directory, { recursive: true });
  const { status, stderr } = runNpm(['install', '--prefix', directory, '--save-exact', ...wanted]);
  if (status !== 0) {
    return { missing: `npm could not install it: ${reasonOf(stderr)}` };
  }
  try {
    requirePeer(directory, nameOf(wanted[0] ?? ''));
  } catch (error) {
    return { missing: `it cannot be loaded: ${(error as Error).message.split('\n')[0]}` };
  }
  writeFileSync(done, '');
  return { found: directory };
}

/**
 * Loads a package from where preparePackages put it.
 *
 * @returns whatever it exports; what of it is used, the caller declares
 */
export function requirePeer<T>(directory: string, name: string): T {
  return createRequire(join(directory, 'package.json'))(name) as T;
}

function nameOf(wanted: string): string {
  return wanted.slice(0, wanted.lastIndexOf('@'));
}

function runNpm(args: readonly string[]) {
  const path = process.env['npm_execpath'] ?? '';
  const [command, first] =
    basename(path) === 'npm-cli.js' ? [process.execPath, [path]] : ['npm', []];
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !dropped.includes(name)),
  );
  return spawnSync(command, [...first, ...args, '--no-audit', '--no-fund'], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: INSTALL_MS_MAX,
  });
}

/** npm's first two lines: the code, and what it means. */
function reasonOf(text: string): string {
  const lines = text.split('\n').filter((line) => /^npm (?:error|ERR!) \S/.test(line));
  return lines.slice(0, 2).join('; ').slice(0, 300);
}
