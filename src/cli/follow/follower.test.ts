import { rm, symlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  FollowedFolder,
  LOG,
  recordLine,
  recordLines,
} from '../../../test/support/followed-folder.ts';

let folder: FollowedFolder;
beforeEach(async () => {
  folder = await FollowedFolder.create();
});
afterEach(async () => {
  await folder.remove();
});

describe('a growing file', () => {
  test('is delivered line by line, each once', async () => {
    await folder.append(LOG, recordLines(1, 2));
    const follower = await folder.start(LOG);
    await follower.round();
    expect(folder.deliveredIds).toEqual(['1', '2']);
    await folder.append(LOG, recordLines(3));
    await follower.round();
    await follower.round();
    expect(folder.deliveredIds).toEqual(['1', '2', '3']);
  });

  test('may come later than its follower, and be empty', async () => {
    const follower = await folder.start(LOG);
    await follower.round();
    await writeFile(folder.file(LOG), '');
    await follower.round();
    await folder.append(LOG, recordLines(1));
    await follower.round();
    expect(folder.deliveredIds).toEqual(['1']);
  });

  test('has a last line that waits for its end, for as long as it takes', async () => {
    const follower = await folder.start(LOG);
    await folder.append(LOG, `${recordLines(1)}${recordLine(2).slice(0, 9)}`);
    await folder.settle();
    expect(folder.deliveredIds).toEqual(['1']);
    await folder.append(LOG, recordLine(2).slice(9));
    await follower.round();
    expect(folder.deliveredIds).toEqual(['1']);
    await folder.append(LOG, '\n');
    await follower.round();
    expect(folder.deliveredIds).toEqual(['1', '2']);
  });

  test('is taken in batches of bounded size, lines longer than one included', async () => {
    await folder.remove();
    folder = await FollowedFolder.create({ recordsMax: 3, bytesMax: 100, lineBytesMax: 1_000 });
    const long = recordLine('x'.repeat(500));
    await folder.append(LOG, `${recordLines(1, 2, 3, 4, 5, 6, 7)}${long}\n\r\n\n${recordLines(8)}`);
    await folder.settle(LOG);
    const wanted = [1, 2, 3, 4, 5, 6, 7, 'x'.repeat(500), 8].map(String);
    expect(folder.delivered.filter((line) => line !== '\r').length).toBe(wanted.length);
    expect(folder.delivered).toContain(long);
  });

  test('loses a line that is over the bound, and no other', async () => {
    await folder.remove();
    folder = await FollowedFolder.create({ bytesMax: 100, lineBytesMax: 1_000 });
    await folder.append(LOG, `${recordLines(1)}${'x'.repeat(5_000)}`);
    await folder.settle(LOG);
    // It goes on after a restart, and where it ended.
    await folder.kill();
    await folder.append(LOG, `${'x'.repeat(3_000)}\n${recordLines(2)}`);
    await folder.settle(LOG);
    expect(folder.delivered).toEqual([recordLine(1), 'is longer than 1000 bytes', recordLine(2)]);
  });

  test('that is a symbolic link leads to another file when the link does', async () => {
    await folder.append('first', recordLines(1));
    await symlink('first', folder.file(LOG));
    const follower = await folder.start(LOG);
    await follower.round();
    await folder.append('first', recordLines(2));
    await folder.append('second', recordLines(3));
    await rm(folder.file(LOG));
    await symlink('second', folder.file(LOG));
    await follower.round();
    expect(folder.deliveredIds).toEqual(['1', '2', '3']);
  });
});

describe('patterns', () => {
  test('take files in that come later, and only those they name', async () => {
    await folder.append('a.ndjson', recordLines('a'));
    await folder.append('a.txt', recordLines('no'));
    const follower = await folder.start('*.ndjson');
    await follower.round();
    await folder.append('b.ndjson', recordLines('b'));
    await folder.append('.hidden.ndjson', recordLines('no'));
    await follower.round();
    expect(folder.deliveredIds).toEqual(['a', 'b']);
    expect(follower.fileCount).toBe(2);
  });

  test('may name rotated files too, which are delivered once', async () => {
    await folder.append(LOG, recordLines(1));
    const follower = await folder.start('*');
    for (let id = 2; id < 6; id++) {
      await follower.round();
      if (id > 2) {
        await folder.rotate(`${LOG}.1`, `${LOG}.2`);
      }
      await folder.rotate(LOG, `${LOG}.1`);
      await folder.append(LOG, recordLines(id));
    }
    await folder.settle();
    await folder.kill();
    await folder.settle('*');
    expect(folder.deliveredIds).toEqual(['1', '2', '3', '4', '5']);
    expect(folder.notes).toEqual([]);
  });

  test('may name rotated files from the start', async () => {
    await folder.append(`${LOG}.1`, recordLines(1));
    await folder.append(LOG, recordLines(2));
    await (await folder.start('*')).round();
    await folder.rotate(`${LOG}.1`, `${LOG}.2`);
    await folder.rotate(LOG, `${LOG}.1`);
    await folder.append(LOG, recordLines(3));
    await folder.settle();
    expect([...folder.deliveredIds].sort()).toEqual(['1', '2', '3']);
  });

  test('that name more than is followed say so', async () => {
    await folder.remove();
    folder = await FollowedFolder.create({ pathsMax: 2 });
    for (const name of ['a', 'b', 'c']) {
      await folder.append(`${name}.log`, recordLines(name));
    }
    await folder.settle('?.log');
    expect(folder.deliveredIds).toEqual(['a', 'b']);
    expect(folder.notes.join()).toContain('c.log');
  });
});
