// What a follower finds that was not there meanwhile.

import { copyFile, mkdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
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

describe('after a restart', () => {
  test('goes on where it was', async () => {
    await folder.append(LOG, recordLines(1, 2));
    await folder.settle(LOG);
    await folder.kill();
    await folder.append(LOG, recordLines(3));
    await folder.settle(LOG);
    expect(folder.deliveredIds).toEqual(['1', '2', '3']);
  });

  test('finishes what was rotated meanwhile before the new file, under any name', async () => {
    await folder.append(LOG, recordLines(1));
    await folder.settle(LOG);
    await folder.kill();
    await folder.append(LOG, recordLines(2));
    await folder.rotate(LOG, 'moved-aside');
    await folder.append(LOG, recordLines(3));
    await folder.rotate(LOG, `${LOG}-20260131`);
    await folder.append(LOG, recordLines(4));
    await folder.settle(LOG);
    expect(folder.deliveredIds).toEqual(['1', '2', '3', '4']);
    expect(folder.notes).toEqual([]);
  });

  test('takes the rest of a compressed file from there, and of those that it has not seen', async () => {
    await folder.append(LOG, recordLines(1));
    await folder.settle(LOG);
    await folder.kill();
    await folder.append(LOG, recordLines(2) + recordLine(3));
    await folder.rotate(LOG, `${LOG}.3`);
    await folder.compress(`${LOG}.3`);
    await folder.append(LOG, recordLines(4));
    await folder.rotate(LOG, `${LOG}.2`);
    await folder.compress(`${LOG}.2`);
    await folder.append(LOG, recordLines(5));
    await folder.rotate(LOG, `${LOG}.1`);
    await folder.append(LOG, recordLines(6));
    await folder.settle(LOG);
    await folder.compress(`${LOG}.1`);
    await folder.settle();
    await folder.kill();
    await folder.settle(LOG);
    expect(folder.deliveredIds).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(folder.notes).toEqual([]);
  });

  test('goes on in the middle of a compressed file', async () => {
    await folder.remove();
    folder = await FollowedFolder.create({ recordsMax: 2 });
    await folder.append(LOG, recordLines(1));
    await folder.settle(LOG);
    await folder.kill();
    await folder.append(LOG, recordLines(...Array.from({ length: 99 }, (_, index) => index + 2)));
    await folder.rotate(LOG, `${LOG}.1`);
    await folder.compress(`${LOG}.1`);
    await folder.append(LOG, recordLines('new'));
    await (await folder.start(LOG)).round();
    await folder.kill();
    await folder.settle(LOG);
    const wanted = Array.from({ length: 100 }, (_, index) => String(index + 1));
    expect(folder.deliveredIds).toEqual([...wanted, 'new']);
  });

  test('tells of a compressed file that is damaged, and goes on', async () => {
    await folder.append(LOG, recordLines(1));
    await folder.settle(LOG);
    await folder.kill();
    await folder.rotate(LOG, `${LOG}.1`);
    await folder.compress(`${LOG}.1`);
    await truncate(folder.file(`${LOG}.1.gz`), 30);
    await folder.append(LOG, recordLines(2));
    await folder.settle(LOG);
    expect(folder.deliveredIds).toEqual(['1', '2']);
    expect(folder.notes.join('\n')).toContain(`${LOG}.1.gz cannot be read`);
  });

  test('tells what is not there any more', async () => {
    await folder.append(LOG, recordLines(1));
    await folder.settle(LOG);
    await folder.kill();
    await folder.append(LOG, recordLines(2));
    await rm(folder.file(LOG));
    await folder.reopen(LOG);
    await folder.append(LOG, recordLines(3));
    await folder.settle(LOG);
    expect(folder.deliveredIds).toEqual(['1', '3']);
    expect(folder.notes).toEqual([
      `what followed byte ${recordLines(1).length} of ${folder.file(LOG)}, if anything, is not there any more`,
    ]);
  });

  test('waits for files of a folder that is not there yet', async () => {
    await folder.append(LOG, recordLines(1));
    await folder.settle(LOG);
    await folder.kill();
    await mkdir(folder.file('elsewhere'));
    await folder.rotate(LOG, 'elsewhere/log');
    await folder.settle(LOG);
    await folder.rotate('elsewhere/log', LOG);
    await folder.append(LOG, recordLines(2));
    await folder.settle();
    expect(folder.deliveredIds).toEqual(['1', '2']);
    expect(folder.notes).toEqual([]);
  });

  test('sends again what was delivered and not remembered', async () => {
    await folder.append(LOG, recordLines(1));
    await folder.settle(LOG);
    await folder.append(LOG, recordLines(2));
    folder.diesAfterReceipt = true;
    await expect((await folder.start()).round()).rejects.toThrow('killed');
    await folder.kill();
    folder.diesAfterReceipt = false;
    await folder.settle(LOG);
    expect(folder.deliveredIds).toEqual(['1', '2', '2']);
  });

  test('knows what it followed, though it died at the first delivery', async () => {
    await folder.append(LOG, recordLines(1));
    folder.diesAfterReceipt = true;
    await expect((await folder.start(LOG)).round()).rejects.toThrow('killed');
    await folder.kill();
    folder.diesAfterReceipt = false;
    await folder.append(LOG, recordLines(2));
    await folder.rotate(LOG, `${LOG}.1`);
    await folder.append(LOG, recordLines(3));
    await folder.settle(LOG);
    expect(folder.deliveredIds).toEqual(['1', '1', '2', '3']);
  });

  test('waits for a file that is missed, while names in the folder change', async () => {
    await folder.append(LOG, recordLines(1));
    await folder.settle(LOG);
    await folder.kill();
    await folder.append(LOG, recordLines(2));
    await mkdir(folder.file('elsewhere'));
    await folder.rotate(LOG, 'elsewhere/log');
    await folder.append(LOG, recordLines(3));
    // Not later than the change.
    folder.pass(-1_000_000);
    await (await folder.start(LOG)).round();
    await folder.rotate('elsewhere/log', `${LOG}.1`);
    await folder.settle();
    expect(folder.deliveredIds).toEqual(['1', '2', '3']);
    expect(folder.notes).toEqual([]);
  });

  test('does not take another file with the same number for the one that it knows', async () => {
    await folder.append(LOG, recordLines(1, 2, 3));
    await folder.settle(LOG);
    await folder.kill();
    // A new content under the inode of the old: what a reused inode looks like.
    await writeFile(folder.file(LOG), recordLines(4, 5, 6, 7));
    await folder.settle(LOG);
    expect(folder.deliveredIds).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  test('does not deliver a copy again, restored under another inode', async () => {
    await folder.append(LOG, recordLines(1, 2));
    await folder.settle(LOG);
    await folder.kill();
    await copyFile(folder.file(LOG), folder.file('copy'));
    await rm(folder.file(LOG));
    await folder.reopen(LOG);
    await folder.rotate('copy', LOG);
    await folder.append(LOG, recordLines(3));
    await utimes(folder.file(LOG), 1, 1);
    await folder.settle(LOG);
    expect(folder.deliveredIds).toEqual(['1', '2', '3']);
  });

  test('does not begin at all with positions that are damaged', async () => {
    await folder.append(LOG, recordLines(1));
    await folder.settle(LOG);
    await folder.kill();
    await truncate(folder.statePath, 40);
    await expect(folder.start(LOG)).rejects.toMatchObject({
      code: 'data_dir_unusable',
      message: expect.stringContaining(folder.statePath),
    });
  });
});
