// Rotation and cutting while the follower runs.

import { appendFile, copyFile, rm, truncate, writeFile } from 'node:fs/promises';
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

describe('rotation by rename', () => {
  test('finishes the old file first, and what is written to it late', async () => {
    await folder.append(LOG, recordLines(1));
    const follower = await folder.start(LOG);
    await follower.round();
    await folder.append(LOG, recordLines(2));
    await folder.append(`${LOG}.new`, recordLines(3));
    await folder.rotate(LOG, `${LOG}.1`);
    await folder.rotate(`${LOG}.new`, LOG);
    await follower.round();
    await appendFile(folder.file(`${LOG}.1`), recordLines('late'));
    await follower.round();
    await folder.settle();
    await appendFile(folder.file(`${LOG}.1`), recordLines('very late'));
    await folder.settle();
    expect(folder.deliveredIds).toEqual(['1', '2', '3', 'late', 'very late']);
  });

  test('keeps the new file waiting while the last line of the old one has no end', async () => {
    const follower = await folder.start(LOG);
    await folder.append(LOG, recordLine(1));
    await follower.round();
    await folder.rotate(LOG, `${LOG}-20260131`);
    await folder.append(LOG, recordLines(2));
    await follower.round();
    expect(folder.deliveredIds).toEqual([]);
    folder.pass(folder.limits.settleMs);
    await follower.round();
    expect(folder.deliveredIds).toEqual(['1', '2']);
  });

  test('may happen several times between two looks, .1 becoming .2', async () => {
    await folder.append(LOG, recordLines(1));
    const follower = await folder.start(LOG);
    await follower.round();
    await folder.append(LOG, recordLines(2));
    for (const id of [3, 4, 5]) {
      for (const place of [3, 2, 1]) {
        await folder.rotate(`${LOG}.${place}`, `${LOG}.${place + 1}`).catch(() => undefined);
      }
      await folder.rotate(LOG, `${LOG}.1`);
      await folder.append(LOG, recordLines(id));
    }
    await folder.settle();
    expect(folder.deliveredIds).toEqual(['1', '2', '3', '4', '5']);
  });

  test('leaves rotated files alone that were there before', async () => {
    await folder.append(`${LOG}.1`, recordLines('old'));
    await folder.append(LOG, recordLines(1));
    await folder.settle(LOG);
    await folder.rotate(`${LOG}.1`, `${LOG}.2`);
    await folder.rotate(LOG, `${LOG}.1`);
    await folder.append(LOG, recordLines(2));
    await folder.settle();
    await folder.kill();
    await folder.settle(LOG);
    expect(folder.deliveredIds).toEqual(['1', '2']);
  });

  test('and compression before the first look at the content give it once', async () => {
    await folder.append(LOG, '');
    await (await folder.start(LOG)).round();
    await folder.append(LOG, recordLines(1, 2));
    await folder.rotate(LOG, `${LOG}.1`);
    await folder.compress(`${LOG}.1`);
    await folder.append(LOG, recordLines(3));
    await folder.settle();
    expect(folder.deliveredIds).toEqual(['1', '2', '3']);
  });

  test('of a file that is then removed loses nothing', async () => {
    await folder.append(LOG, recordLines(1));
    const follower = await folder.start(LOG);
    await follower.round();
    await folder.append(LOG, recordLines(2) + recordLine(3));
    await rm(folder.file(LOG));
    await folder.settle();
    await folder.reopen(LOG);
    await folder.append(LOG, recordLines(4));
    await folder.settle();
    expect(folder.deliveredIds).toEqual(['1', '2', '3', '4']);
    expect(folder.notes).toEqual([]);
  });
});

describe('a file that is cut', () => {
  test('begins anew, also where it has grown past its old size', async () => {
    await folder.append(LOG, recordLines(1, 2));
    const follower = await folder.start(LOG);
    await follower.round();
    await truncate(folder.file(LOG));
    await folder.append(LOG, recordLines(3));
    await folder.settle();
    await truncate(folder.file(LOG));
    await folder.append(LOG, recordLines(4, 5, 6, 7));
    await folder.settle();
    expect(folder.deliveredIds).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(folder.notes).toHaveLength(2);
  });

  test('after it was copied gives what was not delivered from the copy', async () => {
    await folder.append(LOG, recordLines(1));
    const follower = await folder.start(LOG);
    await follower.round();
    await folder.append(LOG, recordLines(2, 3));
    for (const [place, id] of [
      [2, 4],
      [1, 5],
    ] as const) {
      await copyFile(folder.file(LOG), folder.file(`${LOG}.${place}`));
      await truncate(folder.file(LOG));
      await folder.append(LOG, recordLines(id));
    }
    await folder.settle();
    expect(folder.deliveredIds).toEqual(['1', '2', '3', '4', '5']);
    expect(folder.notes).toEqual([]);
  });

  test('between two batches is noticed at once', async () => {
    await folder.remove();
    folder = await FollowedFolder.create({ recordsMax: 1 });
    await folder.append(LOG, recordLines(1, 2));
    folder.onDelivery = async () => {
      folder.onDelivery = async () => undefined;
      await copyFile(folder.file(LOG), folder.file(`${LOG}.1`));
      await truncate(folder.file(LOG));
      await folder.append(LOG, recordLines(3, 4, 5));
    };
    await folder.settle(LOG);
    expect(folder.deliveredIds).toEqual(['1', '2', '3', '4', '5']);
  });

  test('before the first look at its content does so too', async () => {
    const follower = await folder.start(LOG);
    await writeFile(folder.file(LOG), '');
    await follower.round();
    await folder.append(LOG, recordLines(1, 2));
    await copyFile(folder.file(LOG), folder.file(`${LOG}.1`));
    await truncate(folder.file(LOG));
    await folder.settle();
    expect(folder.deliveredIds).toEqual(['1', '2']);
  });

  test('by a program that writes on at its old place has a hole before its next line', async () => {
    await folder.append(LOG, recordLines(1, 2, 3));
    const follower = await folder.start(LOG);
    await follower.round();
    await truncate(folder.file(LOG));
    await truncate(folder.file(LOG), 9_000_000);
    await folder.append(LOG, recordLines(4));
    await folder.settle();
    await folder.kill();
    await folder.append(LOG, recordLines(5));
    await folder.settle(LOG);
    expect(folder.deliveredIds).toEqual(['1', '2', '3', '4', '5']);
  });
});
