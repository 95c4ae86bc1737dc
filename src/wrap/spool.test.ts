import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Batch } from './line-queue.ts';
import { Spool } from './spool.ts';
import { claimNameOf, parseSpoolName, partNameOf, spoolBaseOf } from './spool-name.ts';

const KIB = 1024;

let room: string;
let dir: string;
let dropped: number;

beforeEach(() => {
  room = mkdtempSync(join(tmpdir(), 'fnlog-spool-test-'));
  dir = join(room, 'deep', 'spool');
  dropped = 0;
});
afterEach(() => rmSync(room, { recursive: true, force: true }));

function openSpool(bytesMax = 1024 * KIB): Spool {
  const onDropped = (records: number) => {
    dropped += records;
  };
  return new Spool({ dir, bytesMax, onDropped });
}

function batchOf(...texts: string[]): Batch {
  const lines = texts.map((text) => ({ text, bytes: Buffer.byteLength(text) + 1 }));
  return { lines, bytes: lines.reduce((sum, line) => sum + line.bytes, 0) };
}

/** All that can be claimed, in order, removed. */
async function drained(spool: Spool): Promise<string[]> {
  const texts: string[] = [];
  for (let file = await spool.claim(); file !== undefined; file = await spool.claim()) {
    texts.push(file.ndjson);
    await spool.remove(file);
  }
  return texts;
}

/** A number that no process has. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

/** Puts a file there as another process would have. */
function leave(content: string, claim?: { processId: number; sinceMs: number }): string {
  mkdirSync(dir, { recursive: true });
  const bytes = Buffer.byteLength(content);
  const parts = {
    writtenMs: 1_700_000_000_000,
    writer: '00000000',
    sequence: 1,
    records: 1,
    bytes,
  };
  const base = spoolBaseOf(parts);
  const name = claim === undefined ? base : claimNameOf(base, claim.processId, claim.sinceMs);
  writeFileSync(join(dir, name), content);
  return join(dir, name);
}

describe('what is spooled', () => {
  test('comes back as it was, oldest first, to whoever opens the directory next', async () => {
    const spool = openSpool();
    await spool.write(batchOf('{"n":1}', '{"n":2}'));
    await spool.write(batchOf('{"n":3}'));
    spool.writeNow(batchOf('{"n":"四"}'));
    expect(await drained(openSpool())).toEqual(['{"n":1}\n{"n":2}\n', '{"n":3}\n', '{"n":"四"}\n']);
    expect(readdirSync(dir)).toEqual([]);
  });

  test('is readable by its owner alone', async () => {
    await openSpool().write(batchOf('{}'));
    const [name = ''] = readdirSync(dir);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
  });

  test('says by its name how much it is', async () => {
    await openSpool().write(batchOf('{"n":1}', '{"n":2}'));
    const [name = ''] = readdirSync(dir);
    expect(parseSpoolName(name)).toMatchObject({ state: 'waits', records: 2, bytes: 16 });
  });

  test('is nothing where nobody has written, and no directory is made for it', async () => {
    const spool = openSpool();
    expect(spool.mayHold).toBe(true);
    expect(await spool.claim()).toBeUndefined();
    expect(spool.mayHold).toBe(false);
    expect(existsSync(dir)).toBe(false);
  });

  test('is seen after a directory that somebody tidied away', async () => {
    const spool = openSpool();
    await spool.write(batchOf('1'));
    rmSync(dir, { recursive: true });
    await expect(spool.write(batchOf('2'))).rejects.toThrow('ENOENT');
    await spool.write(batchOf('3'));
    expect(await drained(spool)).toEqual(['3\n']);
  });
});

describe('the bound', () => {
  test('drops the oldest and counts their records', async () => {
    const spool = openSpool(64 * KIB);
    const long = 'x'.repeat(15 * KIB);
    for (let at = 1; at <= 9; at += 1) {
      await spool.write(batchOf(`${at}`, long));
    }
    expect(dropped).toBe(10);
    expect((await drained(spool)).map((text) => text.split('\n')[0])).toEqual(['6', '7', '8', '9']);
  });

  test('holds for what several processes write, and counts small files as what they take', async () => {
    const spools = [openSpool(64 * KIB), openSpool(64 * KIB)];
    for (let at = 0; at < 40; at += 1) {
      // Another process looks at the directory again when its own count is full.
      await spools[at % 2]?.write(batchOf(`${at}`));
    }
    expect(readdirSync(dir).length).toBeLessThanOrEqual(16);
    expect(readdirSync(dir).length + dropped).toBe(40);
  });

  test('refuses what would never fit, and keeps the others', async () => {
    const spool = openSpool(64 * KIB);
    await spool.write(batchOf('small'));
    await spool.write(batchOf('x'.repeat(70 * KIB), 'y'));
    spool.writeNow(batchOf('z'.repeat(70 * KIB)));
    expect(dropped).toBe(3);
    expect(await drained(spool)).toEqual(['small\n']);
  });

  test('never takes a file that is being sent', async () => {
    const spool = openSpool(64 * KIB);
    await spool.write(batchOf('a'.repeat(40 * KIB)));
    const file = await spool.claim();
    await spool.write(batchOf('b'.repeat(40 * KIB)));
    expect(dropped).toBe(1);
    expect(file && existsSync(file.path)).toBe(true);
  });
});

describe('a claimed file', () => {
  test('is given to nobody else, until it is released', async () => {
    await openSpool().write(batchOf('1'));
    const [one, two] = [openSpool(), openSpool()];
    const file = await one.claim();
    expect(file?.ndjson).toBe('1\n');
    expect(await two.claim()).toBeUndefined();
    if (file !== undefined) {
      await one.release(file);
    }
    expect(await drained(openSpool())).toEqual(['1\n']);
  });

  test('is given to one of many that ask at once', async () => {
    const writer = openSpool();
    for (let at = 0; at < 30; at += 1) {
      await writer.write(batchOf(String(at)));
    }
    const all = await Promise.all(Array.from({ length: 4 }, () => drained(openSpool())));
    expect(all.flat().sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 30 }, (_, at) => `${at}\n`),
    );
  });

  test('is released when the process ends', async () => {
    const spool = openSpool();
    await spool.write(batchOf('1'));
    await spool.claim();
    spool.releaseNow();
    expect(await drained(openSpool())).toEqual(['1\n']);
  });

  test.each([
    ['a process that is gone', () => ({ processId: deadProcess(), sinceMs: Date.now() })],
    ['an earlier process of our number', () => ({ processId: process.pid, sinceMs: 1e12 })],
    ['somebody, long ago', () => ({ processId: 1, sinceMs: Date.now() - 3_600_000 })],
  ])('is free again where it belongs to %s', async (_who, claim) => {
    leave('{"n":1}\n', claim());
    expect(await drained(openSpool())).toEqual(['{"n":1}\n']);
    expect(readdirSync(dir)).toEqual([]);
  });

  test('stays where it is while its process lives', async () => {
    const path = leave('{}\n', { processId: process.ppid, sinceMs: Date.now() });
    expect(await drained(openSpool())).toEqual([]);
    expect(existsSync(path)).toBe(true);
  });

  test('may be gone when its sender is done with it', async () => {
    const spool = openSpool();
    await spool.write(batchOf('1'));
    const file = await spool.claim();
    rmSync(dir, { recursive: true });
    if (file !== undefined) {
      await spool.remove(file);
      await spool.release(file);
    }
    expect(await spool.claim()).toBeUndefined();
  });
});

describe('a directory', () => {
  test('with other files in it keeps them', async () => {
    leave('{"n":1}\n');
    for (const name of ['notes.txt', 'x.ndjson', '1-2-3-4-5.ndjson']) {
      writeFileSync(join(dir, name), 'mine');
    }
    expect(await drained(openSpool())).toEqual(['{"n":1}\n']);
    expect(readdirSync(dir)).toHaveLength(3);
  });

  test('loses what a process that was killed had not finished writing', async () => {
    const path = leave('{"n":1}\n');
    const old = join(dir, partNameOf(parseSpoolName(path.split('/').at(-1) ?? '')?.base ?? ''));
    const parts = { writtenMs: Date.now(), writer: '00000001', sequence: 1, records: 1, bytes: 9 };
    const young = join(dir, partNameOf(spoolBaseOf(parts)));
    writeFileSync(old, '{"n"');
    writeFileSync(young, '{"n"');
    expect(await drained(openSpool())).toEqual(['{"n":1}\n']);
    expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
  });

  test('that is a link, or a file, is not written to', async () => {
    const elsewhere = join(room, 'elsewhere');
    mkdirSync(elsewhere);
    mkdirSync(join(room, 'deep'));
    symlinkSync(elsewhere, dir);
    await expect(openSpool().write(batchOf('1'))).rejects.toThrow('somebody else');
    expect(() => openSpool().writeNow(batchOf('1'))).toThrow('somebody else');
    expect(readdirSync(elsewhere)).toEqual([]);
    rmSync(dir);
    writeFileSync(dir, '');
    await expect(openSpool().write(batchOf('1'))).rejects.toThrow();
  });

  test('with something that is no file under such a name drops it', async () => {
    const path = leave('{}\n');
    rmSync(path);
    symlinkSync('/dev/zero', path);
    expect(await drained(openSpool())).toEqual([]);
    expect(dropped).toBe(1);
    expect(readdirSync(dir)).toEqual([]);
  });
});
