// Parameters on embedded connections: every text comes back as it was, whatever is in it, and each
// connection has its own.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectEmbedded } from '../../src/store/clickhouse/connect-embedded.ts';
import { storeDefaults } from '../../src/store/clickhouse/open-store.ts';
import { selectRows } from '../../src/store/clickhouse/statement.ts';
import type { StoreConnections } from '../../src/store/clickhouse/store-connections.ts';

const RUNS = Number(process.env['FNLOG_FUZZ_RUNS'] ?? 300);
const NASTY = ["'", '\\', '\\\\', "\\'", '\t', '\n', '\r', '\0', '\b', '\x7f', '"', '`', ';', '--'];
const MORE = [
  "'; DROP TABLE invocations; --",
  '{mark:UInt64}',
  '\\x27',
  '\\N',
  'NULL',
  '你好',
  '🙂',
];

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(fc.oneof(fc.constantFrom(...NASTY, ...MORE), fc.string({ maxLength: 4 })))
    .map((parts) => parts.join('')),
);

describe('parameters of an embedded connection', () => {
  let dir: string;
  let store: StoreConnections;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'fnlog-parameters-'));
    store = await connectEmbedded({ ...storeDefaults, path: dir, readerCount: 4 });
  });

  afterAll(async () => {
    await store.close();
    await rm(dir, { recursive: true, force: true });
  });

  test('texts, lists of texts and numbers come back as they were', async () => {
    const numbers = fc.array(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), {
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(text, fc.array(text, { maxLength: 5 }), numbers, async (one, list, ints) => {
        const [row] = await store.readers.use((client) =>
          selectRows<{ one: string; list: string[]; ints: string[] }>(client, {
            sql: `SELECT {one:String} AS one, {list:Array(String)} AS list,
  arrayMap(x -> toString(x), {ints:Array(UInt64)}) AS ints LIMIT 1`,
            parameters: { one, list, ints },
            deadlineMs: 60_000,
          }),
        );
        expect(row).toEqual({
          one: one.toWellFormed(),
          list: list.map((item) => item.toWellFormed()),
          ints: ints.map(String),
        });
      }),
      { numRuns: RUNS },
    );
  }, 120_000);

  test('each statement has its own, however many run at the same time', async () => {
    const asked = Array.from({ length: 200 }, (_, index) => `value-${index}`);
    const answers = await Promise.all(
      asked.map((value) =>
        store.readers.use(async (client) => {
          const [row] = await selectRows<{ value: string }>(client, {
            sql: 'SELECT {value:String} AS value, sleepEachRow(0.001) AS slept LIMIT 1',
            parameters: { value },
            deadlineMs: 60_000,
          });
          return row?.value;
        }),
      ),
    );
    expect(answers).toEqual(asked);
  });
});
