// A disk that fills up under a running server: ingest is refused with a reason, questions go on,
// and with space again everything goes on, with exact totals.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  getPage,
  postRecords,
  type RunningServer,
  startServer,
} from '../support/running-server.ts';
import { fillDisk, smallDiskProblem, withSmallDisk } from './small-disk.ts';

const noSmallDisk = smallDiskProblem();
const RECORDS = 200;

let batches = 0;

test.skipIf(noSmallDisk !== '')(
  `a disk that fills up while serving ${noSmallDisk}`,
  async () => {
    await withSmallDisk('size=200m', async (dataDir) => {
      const server = await startServer({ dataDir });
      try {
        await fillAndFree(server, join(dataDir, 'filler'));
      } finally {
        await server.process.kill9();
      }
      const again = await startServer({ dataDir });
      const { total } = (await getPage(again.url, { limit: 0 })).body;
      await again.process.kill9();
      expect(total).toBe(batches * RECORDS);
    });
  },
  120_000,
);

async function fillAndFree({ url, process }: RunningServer, filler: string): Promise<void> {
  expect(await postRecords(url, nextBatch())).toMatchObject({ status: 200 });

  for (let round = 1; round <= 3; round++) {
    const before = (await getPage(url, { limit: 0 })).body.total;
    fillDisk(filler);
    const batch = nextBatch();
    const refused = await postRecords(url, batch);
    expect(refused.status, process.stderr).toBe(503);
    expect(refused.body).toEqual({
      error: { code: 'storage_full', message: expect.stringMatching(/disk is full/) },
    });
    const page = await getPage(url, { limit: 20 });
    expect(page).toMatchObject({ status: 200, body: { total: before } });
    expect(page.body.invocations).toHaveLength(20);

    rmSync(filler);
    const { status, body } = await postRecords(url, batch);
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.accepted + body.duplicates).toBe(RECORDS);
    expect((await getPage(url, { limit: 0 })).body.total).toBe(batches * RECORDS);
  }
}

function nextBatch(): object[] {
  batches += 1;
  return Array.from({ length: RECORDS }, (_, index) => ({
    functionName: 'f',
    requestId: `batch-${batches}-${index}`,
    startTime: Date.UTC(2026, 0, 1) + batches * 1000 + index,
    log: `${batches} ${index} `.repeat(20),
  }));
}
