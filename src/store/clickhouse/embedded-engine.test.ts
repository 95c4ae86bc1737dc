// A statement that fails for no reason that the engine names: on a full disk, that is the reason.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { EmbeddedEngine } from './embedded-engine.ts';
import { selectRows } from './statement.ts';

const FULL = { code: 'storage_full', message: 'the store cannot write: its disk is full' };
const UNAVAILABLE = { code: 'store_unavailable' };
const MORE_THAN_ANY_DISK = 2 ** 60;

const atEnd: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) {
    await end();
  }
});

async function openEngine(keptFreeBytes: number): Promise<EmbeddedEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'fnlog-engine-'));
  atEnd.push(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'store');
  await mkdir(path);
  const whenReopened = async () => undefined;
  const engine = await EmbeddedEngine.open({ path, readerCount: 1, keptFreeBytes, whenReopened });
  atEnd.push(() => engine.close());
  return engine;
}

const failing = { sql: 'SELECT 1 FROM there_is_none LIMIT 1', deadlineMs: 5000 };

test.each([
  { disk: 'a full disk', keptFreeBytes: MORE_THAN_ANY_DISK, expected: FULL },
  { disk: 'a disk with space', keptFreeBytes: 0, expected: UNAVAILABLE },
])('a statement that fails on $disk', async ({ keptFreeBytes, expected }) => {
  const engine = await openEngine(keptFreeBytes);
  const read = engine.readers.use((reader) => selectRows(reader, failing));
  await expect(read).rejects.toMatchObject(expected);
  const error = await selectRows(engine.writer, failing).catch((caught: unknown) => caught);
  expect(error).toMatchObject(UNAVAILABLE);
  expect(await engine.explain(error)).toMatchObject(expected);
});

test('a failure with a reason of its own keeps it on a full disk', async () => {
  const engine = await openEngine(MORE_THAN_ANY_DISK);
  const slow = { sql: 'SELECT sleep(2) LIMIT 1', deadlineMs: 200 };
  const read = engine.readers.use((reader) => selectRows(reader, slow));
  await expect(read).rejects.toMatchObject({ code: 'query_timeout' });
});
