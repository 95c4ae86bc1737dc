import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadSettings } from '../../config/load.ts';
import { fingerprintOf } from './fingerprint.ts';
import { FollowStateFile, followStatePath, type PathState } from './follow-state.ts';

const state: PathState = {
  path: '/logs/app.ndjson',
  sinceNs: 1_700_000_000_123_456_789n,
  positions: [
    {
      path: '/logs/app.ndjson.1',
      device: 2n ** 64n - 1n,
      inode: 2n ** 63n,
      offset: 2 ** 40,
      head: fingerprintOf(Buffer.from('head')),
      tail: fingerprintOf(Buffer.from('tail')),
      skipsLine: false,
      finished: { size: 2 ** 40, mtimeNs: 1_700_000_000_123_456_789n },
    },
  ],
};

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fnlog-state-'));
  path = join(directory, 'deep', 'positions.json');
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('positions', () => {
  test('are read as they were written, whole and for their owner alone', async () => {
    const file = new FollowStateFile(path);
    expect(await file.read()).toEqual([]);
    await file.write([state]);
    expect(await new FollowStateFile(path).read()).toEqual([state]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(directory, 'deep'))).toEqual(['positions.json']);
  });

  test.each([
    ['nothing', ''],
    ['half of it', '{"version":1,"paths":[{"path":"/lo'],
    ['another version', '{"version":2,"paths":[]}'],
    [
      'an offset that is none',
      '{"version":1,"paths":[{"path":"a","sinceNs":"0","positions":[{"offset":-1}]}]}',
    ],
  ])('that are %s are an error that names the file', async (_what, text) => {
    const broken = join(directory, 'broken.json');
    await writeFile(broken, text);
    await expect(new FollowStateFile(broken).read()).rejects.toMatchObject({
      code: 'data_dir_unusable',
      message: expect.stringContaining(`${broken} are damaged`),
    });
  });

  test('that cannot be written are an error', async () => {
    await writeFile(join(directory, 'deep'), 'a file in place of the folder');
    await expect(new FollowStateFile(path).write([state])).rejects.toMatchObject({
      code: 'data_dir_unusable',
      message: expect.stringContaining(path),
    });
  });

  test('lie in another file for other patterns, and for another server', () => {
    const settings = loadSettings({ flags: { dataDir: '/data' }, configFile: undefined });
    const other = { ...settings, server: 'http://127.0.0.1:5280' };
    const paths = [
      followStatePath(['a', 'b'], settings),
      followStatePath(['a'], settings),
      followStatePath(['a', 'b'], other),
    ];
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths[0]).toMatch(/^\/data\/import\/follow-[0-9a-f]{16}\.json$/);
    expect(followStatePath([resolve('b'), './a'], settings)).toBe(paths[0]);
  });
});
