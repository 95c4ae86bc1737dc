// A PostgreSQL 15 of the bench's own, from Debian's package: a cluster in a temporary directory,
// reached by a socket in it, gone after the bench. Debian's own cluster is left alone.

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { showProgress } from '../report.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { undoAtExit } from '../undo-at-exit.ts';
import type { Found } from './peer-packages.ts';

export const POSTGRES_USER = 'bench';
export const POSTGRES_DATABASE = 'postgres';

const BIN = '/usr/lib/postgresql/15/bin';
const PACKAGE = 'postgresql-15';
const ACCOUNT = 'postgres';
const INSTALL =
  'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends';

/** Durable as it comes; with the memory that a machine for a database would give it. */
const settings = {
  listen_addresses: '',
  fsync: 'on',
  synchronous_commit: 'on',
  shared_buffers: '1GB',
  work_mem: '64MB',
  maintenance_work_mem: '256MB',
  wal_buffers: '64MB',
  max_wal_size: '8GB',
  checkpoint_timeout: '15min',
  default_toast_compression: 'lz4',
};

export interface PostgresCluster {
  /** The directory of its socket. */
  readonly socketDirectory: string;
  /** Settings that are not the default, in words. */
  readonly settings: string;
  /** Of all its processes, what they share counted once; undefined where the system does not tell. */
  memoryBytes(): number | undefined;
  stop(): void;
}

/**
 * Installs the package where it is missing and this may be done, then starts a cluster.
 *
 * @param parent where its directory is made
 */
export function startPostgres(parent: string): Found<PostgresCluster> {
  if (!existsSync(join(BIN, 'initdb')) && !installPackage()) {
    return { missing: `Debian's package ${PACKAGE} is not there and could not be installed` };
  }
  const directory = temporaryDirectory(parent);
  const { path } = directory;
  const data = join(path, 'data');
  // PostgreSQL refuses to run as root.
  const account = process.getuid?.() === 0 ? accountOf(ACCOUNT) : {};
  if (account.uid !== undefined && account.gid !== undefined) {
    chownSync(path, account.uid, account.gid);
  }
  const run = (program: string, args: readonly string[]) =>
    spawnSync(join(BIN, program), args, { ...account, cwd: path, encoding: 'utf8' });
  const made = run('initdb', [
    '-D',
    data,
    '-U',
    POSTGRES_USER,
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--no-locale',
  ]);
  const options = Object.entries({ ...settings, unix_socket_directories: path })
    .map(([name, value]) => `-c ${name}='${value}'`)
    .join(' ');
  const stop = undoAtExit(() => void run('pg_ctl', ['stop', '-D', data, '-w', '-m', 'immediate']));
  const started =
    made.status === 0
      ? run('pg_ctl', ['start', '-D', data, '-w', '-l', join(path, 'log'), '-o', options])
      : made;
  if (started.status !== 0) {
    stop();
    directory.remove();
    return { missing: `its cluster did not start: ${whyOf(started)}` };
  }
  return {
    found: {
      socketDirectory: path,
      settings: Object.entries(settings)
        .filter(([, value]) => value !== '')
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
      memoryBytes: () =>
        memoryOf(Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])),
      stop: () => {
        stop();
        directory.remove();
      },
    },
  };
}

function installPackage(): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    return false;
  }
  showProgress(`installing Debian's ${PACKAGE}; once`);
  return spawnSync('sh', ['-c', `${INSTALL} ${PACKAGE}`], { stdio: 'ignore' }).status === 0;
}

function accountOf(name: string): { readonly uid?: number; readonly gid?: number } {
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout),
  );
  return uid === undefined || gid === undefined || uid === 0 ? {} : { uid, gid };
}

function whyOf({ stderr, stdout, error }: SpawnSyncReturns<string>): string {
  const words = error?.message ?? (stderr || stdout || '');
  return words.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
}

/** Linux: the proportional share of every process, so that shared buffers count once. */
function memoryOf(postmaster: number): number | undefined {
  const own = numbersIn('/proc').filter(
    (pid) => pid === postmaster || parentOf(pid) === postmaster,
  );
  const bytes = own.reduce((sum, pid) => sum + shareOf(pid), 0);
  return bytes === 0 ? undefined : bytes;
}

function numbersIn(directory: string): number[] {
  try {
    return readdirSync(directory).map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function parentOf(pid: number): number {
  const stat = textOf(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function shareOf(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

/** Nothing of a process that has ended since. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
