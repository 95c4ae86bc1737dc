// A disk that something else fills up in the middle of writes and merges, over and over. The engine
// keeps quiet about a write that was cut short: no acknowledged record may be lost all the same.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import type { Invocation } from '../../src/domain/invocation.ts';
import { buildInvocationQuery } from '../../src/domain/invocation-query.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';
import { fillDisk, smallDiskProblem, withSmallDisk } from './small-disk.ts';

const noSmallDisk = smallDiskProblem();
/** FNLOG_DISK_ROUNDS asks for more. */
const ROUNDS = Number(process.env['FNLOG_DISK_ROUNDS'] ?? 5);
const ROUND_MS = 1_000;
const RECORDS = 50;
/** Of one page of the comparison. */
const SLICE = 2_000;
const LOG_BYTES = 10_000;
/** What the disk has left before the restless one takes the last of it: little, so that it is quick. */
const LEFT_BYTES = 8 * 2 ** 20;

test.skipIf(noSmallDisk !== '')(
  `a disk that fills up in the middle of writes and merges ${noSmallDisk}`,
  async () => {
    await withSmallDisk(`size=${200 + ROUNDS * 60}m`, async (disk) => {
      const dataDir = join(disk, 'data');
      mkdirSync(dataDir);
      // With nothing kept free, the engine begins what the disk may cut short.
      let store = await openTemporaryStore({ dataDir, keptFreeBytes: 0 });
      const sender = new Sender();
      try {
        for (let round = 1; round <= ROUNDS; round++) {
          await sendWhileFilled(store, sender, disk);
          // Nothing is kept in memory that would hide what the disk holds.
          store = round % 3 === 0 ? await store.reopen() : store;
          await sender.expectAllThere(store, `round ${round}`);
        }
        store = await store.reopen();
        await sender.expectAllThere(store, 'the end');
      } finally {
        await store.remove();
      }
      expect(sender.refused).toBeGreaterThan(0);
    });
  },
  60_000 + ROUNDS * 10_000,
);

async function sendWhileFilled(store: TemporaryStore, sender: Sender, disk: string): Promise<void> {
  const most = join(disk, 'most');
  fillDisk(most, LEFT_BYTES);
  const filler = new Worker(new URL('restless-filler.mjs', import.meta.url), {
    workerData: { path: join(disk, 'rest'), freeMsMax: 40, fullMsMax: 5 },
  });
  try {
    const endAt = performance.now() + ROUND_MS;
    while (performance.now() < endAt) {
      await sender.send(store);
    }
  } finally {
    filler.postMessage('stop');
    await once(filler, 'exit');
    rmSync(most);
  }
  await sender.send(store);
}

/** Sends batches, each until it is acknowledged. */
class Sender {
  refused = 0;
  readonly #acknowledged: string[] = [];
  #batch: Invocation[] | undefined;

  /** A new batch, or the one that was refused the last time. */
  async send(store: TemporaryStore): Promise<void> {
    this.#batch ??= nextBatch();
    try {
      await store.writer.write(this.#batch);
      this.#acknowledged.push(...this.#batch.map(({ requestId }) => requestId));
      this.#batch = undefined;
    } catch (error) {
      expect(error instanceof AppError && error.code, String(error)).toBe('storage_full');
      this.refused += 1;
    }
  }

  async expectAllThere(store: TemporaryStore, when: string): Promise<void> {
    const stored: string[] = [];
    let total: number;
    do {
      const page = await store.reader.page(
        buildInvocationQuery({ orderBy: 'requestId', offset: stored.length, limit: SLICE }),
        { deadlineMs: 60_000 },
      );
      total = page.total;
      stored.push(...page.invocations.map(({ requestId }) => requestId));
    } while (stored.length < total);
    expect(stored, when).toEqual([...this.#acknowledged].sort());
  }
}

let made = 0;

function nextBatch(): Invocation[] {
  return Array.from({ length: RECORDS }, () => {
    made += 1;
    return buildInvocation({
      requestId: `run-${String(made).padStart(8, '0')}`,
      startTimeUs: 1_767_225_600_000_000 + made * 1_000,
      log: textOf(LOG_BYTES),
    });
  });
}

/** Hard to compress, so that it takes of the disk what it says. */
function textOf(bytes: number): string {
  return randomBytes((bytes * 3) / 4).toString('base64');
}
