import { mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FILE_START } from './place.ts';
import { ProgressNote, type ProgressOptions } from './progress-note.ts';

let root: string;
let options: ProgressOptions;

const place = { bytes: 5, line: 1, records: 2 };

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'fnlog-note-'));
  const path = join(root, 'a.ndjson');
  options = { directory: join(root, 'import'), target: 't', path, asked: '', fromStart: false };
  await writeFile(path, 'one\ntwo\n');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const atStart = { place: FILE_START, done: 0, format: undefined, isComplete: false };
const noted = { place, done: 3, format: 'cls', isComplete: false };

async function noteOnce(): Promise<void> {
  const note = await ProgressNote.open(options);
  await note.write(place, 3, 'cls');
}

describe('the note of a file', () => {
  test('begins at the start, and is there again as it was written last', async () => {
    expect(await ProgressNote.open(options)).toMatchObject(atStart);
    await noteOnce();
    const note = await ProgressNote.open(options);
    expect(note).toMatchObject(noted);
    await note.write({ ...place, records: 4 }, 5, 'cls');
    expect(await ProgressNote.open(options)).toMatchObject({ place: { records: 4 }, done: 5 });
    expect(await readdir(options.directory)).toHaveLength(1);
    await note.remove();
    expect(await readdir(options.directory)).toEqual([]);
    expect(await ProgressNote.open(options)).toMatchObject(atStart);
  });

  test('holds for a file that has grown, which is then not complete any more', async () => {
    await noteOnce();
    await (await ProgressNote.open(options)).complete();
    expect(await ProgressNote.open(options)).toMatchObject({ ...noted, isComplete: true });
    await writeFile(options.path, 'three\n', { flag: 'a' });
    expect(await ProgressNote.open(options)).toMatchObject(noted);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['shorter', () => writeFile(options.path, 'one\n')],
    ['another at its beginning', () => writeFile(options.path, 'two\ntwo\nthree\n')],
    ['written anew with as many bytes', () => writeFile(options.path, 'one\ntoo\n')],
    [
      'put in the place of the other',
      async () => {
        await writeFile(`${options.path}.new`, 'one\ntwo\n');
        await rename(`${options.path}.new`, options.path);
      },
    ],
  ])('does not hold for a file that is %s', async (_what, change) => {
    await noteOnce();
    await change();
    await utimes(options.path, 2_000_000_000, 2_000_000_000);
    expect(await ProgressNote.open(options)).toMatchObject(atStart);
  });

  test('does not hold for another store, another way to read, or from the start', async () => {
    await noteOnce();
    for (const other of [{ target: 'u' }, { asked: 'csv' }, { fromStart: true }]) {
      expect(await ProgressNote.open({ ...options, ...other })).toMatchObject(atStart);
    }
  });

  test.each(['', '{}', '{"version":1', '[]'])('is none where it is damaged: %j', async (text) => {
    await noteOnce();
    const [name = ''] = await readdir(options.directory);
    await writeFile(join(options.directory, name), text);
    expect(await ProgressNote.open(options)).toMatchObject(atStart);
  });
});
