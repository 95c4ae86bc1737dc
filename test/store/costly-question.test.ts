// A question that would read far more than it may is cut, soon and in bounded memory. COSTLY_GIB=100
// does it in full: two minutes, half a GiB on disk, as the logs are of one letter.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { settingsSchema } from '../../src/config/schema.ts';
import { buildInvocationQuery } from '../../src/domain/invocation-query.ts';
import { Gate } from '../../src/query/gate.ts';
import { connectEmbedded } from '../../src/store/clickhouse/connect-embedded.ts';
import { prepareDataDirectory } from '../../src/store/clickhouse/data-directory.ts';
import { storeDefaults } from '../../src/store/clickhouse/open-store.ts';
import { runCommand } from '../../src/store/clickhouse/statement.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const GIB = 1024 ** 3;
const gib = Number(process.env['COSTLY_GIB'] ?? 1);
/** Of 1 MiB each. */
const records = gib * 1024;
const RECORDS_EACH = 512;
const MEMORY_MAX = 2 * GIB;
/** The default, or what is as much less than there is. */
const bytesMax = Math.min(
  settingsSchema.shape.queryBytesMax.parse(undefined),
  Math.floor((gib * GIB) / 3),
);

let store: TemporaryStore;

beforeAll(
  async () => {
    const empty = await openTemporaryStore();
    await empty.admin.close();
    await writeLogs(empty.dataDir);
    store = await openTemporaryStore({ dataDir: empty.dataDir });
  },
  60_000 + gib * 3_000,
);
afterAll(() => store?.remove());

/** Straight into the table: they would take far longer on their usual way. */
async function writeLogs(dataDir: string): Promise<void> {
  const path = prepareDataDirectory(dataDir);
  const { writer, close } = await connectEmbedded({ ...storeDefaults, path, readerCount: 0 });
  for (let from = 0; from < records; from += RECORDS_EACH) {
    await runCommand(writer, {
      sql: `INSERT INTO invocations
  (seq, namespace, functionName, qualifier, requestId, startTime, statusCode, invokeFinished, log)
SELECT number + 1, 'default', concat('fn-', toString(number % 10)), '$LATEST', toString(number),
  fromUnixTimestamp64Micro(toInt64(1767225600000000 + number * 1000000), 'UTC'), 200, 1,
  repeat(repeat('a', 1024), 1024)
FROM numbers({from:UInt64}, {count:UInt64})
SETTINGS max_block_size = 64, min_insert_block_size_rows = ${RECORDS_EACH}`,
      parameters: { from, count: RECORDS_EACH },
    });
  }
  await close();
}

test(`a search through ${gib} GiB of logs`, { timeout: 60_000 }, async () => {
  const gate = new Gate({ slotCount: 1, waitingMax: 0, deadlineMs: 30_000, bytesMax });
  const search = (functionName?: string) => {
    const keyword = { text: 'needle', lines: 'application' } as const;
    const name = functionName === undefined ? {} : { functionName };
    const query = buildInvocationQuery({ keyword, ...name });
    return gate.pass((options) => store.reader.page(query, options));
  };
  const [before, began] = [process.memoryUsage.rss(), performance.now()];
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  const answer = await search().catch((error: unknown) => error);
  clearInterval(timer);
  const seconds = (performance.now() - began) / 1000;
  process.stdout.write(
    `cut after ${seconds.toFixed(1)} s, with ${((peak - before) / 2 ** 20).toFixed(0)} MiB more resident\n`,
  );
  expect(answer).toMatchObject({
    code: 'query_too_costly',
    message: expect.stringContaining('(queryBytesMax): name a function, or a shorter window'),
  });
  expect(seconds).toBeLessThan(31);
  expect(peak - before).toBeLessThan(MEMORY_MAX);
  // What the message tells to do helps.
  expect(await search('fn-3')).toMatchObject({ total: 0 });
});
