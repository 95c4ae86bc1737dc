// A data directory that cannot be used: one sentence that names it and says what to do.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectEmbedded } from '../../src/store/clickhouse/connect-embedded.ts';
import { prepareDataDirectory } from '../../src/store/clickhouse/data-directory.ts';
import { knownMigrations, migrate } from '../../src/store/clickhouse/migrate.ts';
import { storeDefaults } from '../../src/store/clickhouse/open-store.ts';
import { insertRows } from '../../src/store/clickhouse/statement.ts';
import { getPage, postRecords, programPath, startServer } from '../support/running-server.ts';
import { failToStart, refusalOf } from './failing-start.ts';
import { smallDiskProblem, withSmallDisk } from './small-disk.ts';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const noSmallDisk = smallDiskProblem();
const noOtherUser = otherUserProblem();

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'fnlog-faults-'));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

test('a directory in use by another fnlog is left to it', async () => {
  const first = await startServer({ dataDir });
  try {
    expect(await refusalOf({ dataDir })).toMatch(
      /is in use by another fnlog \(process \d+\); stop that one, /,
    );
    const record = { functionName: 'f', requestId: 'r', startTime: '2026-01-01T00:00:00Z' };
    expect((await postRecords(first.url, [record])).body.accepted).toBe(1);
    expect((await getPage(first.url)).body.total).toBe(1);
  } finally {
    await first.process.kill9();
  }
});

test('a path that is a file', async () => {
  const file = join(dataDir, 'file');
  writeFileSync(file, 'not a directory');
  expect(await refusalOf({ dataDir: file })).toMatch(
    /is a file or lies below one; remove that file, /,
  );
});

test('a path below a file', async () => {
  writeFileSync(join(dataDir, 'file'), 'not a directory');
  const below = join(dataDir, 'file', 'data');
  expect(await refusalOf({ dataDir: below })).toMatch(/is a file or lies below one; /);
});

test.skipIf(noOtherUser !== '')(`a directory of another user ${noOtherUser}`, async () => {
  const refusal = await refusalOf(closedDirectory(dataDir));
  expect(refusal).toMatch(/cannot be read and written by this user; change its owner or mode, /);
});

test.skipIf(noOtherUser !== '' || !isRoot)(
  `a directory whose store belongs to another user ${noOtherUser}`,
  async () => {
    const server = await startServer({ dataDir });
    await server.process.stop();
    chmodSync(dataDir, 0o777);
    expect(await refusalOf({ dataDir, userId: NOBODY })).toMatch(/; c(heck|hange) .*--data-dir/);
  },
);

test.skipIf(noSmallDisk !== '')(`a read-only disk ${noSmallDisk}`, async () => {
  await withSmallDisk('size=1m,ro', async (disk) => {
    expect(await refusalOf({ dataDir: disk })).toMatch(/mounted read-only; remount it, /);
  });
});

test.skipIf(noSmallDisk !== '')(`a disk with next to nothing free ${noSmallDisk}`, async () => {
  await withSmallDisk('size=8m', async (disk) => {
    expect(await refusalOf({ dataDir: disk })).toMatch(/less than 64 MiB free.*; free some space/);
  });
});

test.skipIf(noSmallDisk !== '')(`a disk with nothing free ${noSmallDisk}`, async () => {
  await withSmallDisk('size=64k', async (disk) => {
    writeFileSync(join(disk, 'filler'), Buffer.alloc(60 * 1024));
    expect(await failToStart({ dataDir: disk })).toMatch(
      new RegExp(
        `^fnlog: the disk of the data directory ${disk} is full [^\\n]*; free some space, .*\\n$`,
      ),
    );
  });
});

test('a store written by a newer fnlog', async () => {
  const version = (knownMigrations().at(-1)?.version ?? 0) + 1;
  await writeNewerStore(version);
  const refusal = await refusalOf({ dataDir });
  expect(refusal).toMatch(/was written by a newer fnlog .*; update fnlog, /);
  expect(refusal).toContain(`schema ${version},`);
});

test('a store that is not one', async () => {
  mkdirSync(join(dataDir, 'store'));
  writeFileSync(join(dataDir, 'store', 'metadata'), 'a file where the engine keeps a directory');
  expect(await refusalOf({ dataDir })).toMatch(
    // The engine finds out when it is opened, or with the first statement.
    /(?:cannot be opened as a store; check that|holds a store that cannot be read; restore) it /,
  );
});

function closedDirectory(directory: string) {
  if (isRoot) {
    return { dataDir: directory, userId: NOBODY };
  }
  chmodSync(directory, 0);
  return { dataDir: directory };
}

/** Why the program cannot be run as somebody else; empty where it can. */
function otherUserProblem(): string {
  if (!isRoot) {
    return '';
  }
  const read = [programPath, 'r'].map((text) => JSON.stringify(text)).join(', ');
  const { status } = spawnSync(process.execPath, ['-e', `fs.closeSync(fs.openSync(${read}))`], {
    uid: NOBODY,
    gid: NOBODY,
  });
  return status === 0 ? '' : 'skipped: no other user may read the program here';
}

async function writeNewerStore(version: number): Promise<void> {
  const path = prepareDataDirectory(dataDir);
  const { writer, close } = await connectEmbedded({
    ...storeDefaults,
    path,
    readerCount: 0,
  });
  await migrate(writer, knownMigrations(), dataDir);
  await insertRows(writer, {
    sql: 'INSERT INTO migrations (version, name)',
    rows: [JSON.stringify({ version, name: 'from the future' })],
    deadlineMs: 10_000,
  });
  await close();
}
