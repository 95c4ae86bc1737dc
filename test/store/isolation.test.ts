import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { connectEmbedded } from '../../src/store/clickhouse/connect-embedded.ts';
import { storeDefaults } from '../../src/store/clickhouse/open-store.ts';
import { insertRows, runCommand, selectRows } from '../../src/store/clickhouse/statement.ts';
import type { StoreConnections } from '../../src/store/clickhouse/store-connections.ts';

/** As long as its deadline lets it: the engine computes, nothing sleeps. */
const ENDLESS =
  'SELECT count() AS n FROM numbers(1000000000000) WHERE sipHash64(number) = 1 LIMIT 1';
const CHANGED = `SELECT name, value FROM system.settings WHERE changed ORDER BY name LIMIT 1000`;
const deadlineMs = 10_000;

describe('statements beside each other', () => {
  let dir: string;
  let store: StoreConnections;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'fnlog-isolation-'));
    store = await connectEmbedded({ ...storeDefaults, path: dir, readerCount: 2 });
    await runCommand(store.writer, {
      sql: 'CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n',
    });
  });
  afterAll(async () => {
    await store.close();
    await rm(dir, { recursive: true, force: true });
  });

  test('a slow query holds up neither a small one nor a write', async () => {
    let slowEnded = false;
    const slow = store.readers
      .use((client) => selectRows(client, { sql: ENDLESS, deadlineMs: 10_000 }))
      .catch((error: unknown) => error)
      .finally(() => {
        slowEnded = true;
      });
    for (let round = 0; round < 20; round++) {
      await store.readers.use((client) =>
        selectRows(client, { sql: 'SELECT 1 AS one LIMIT 1', deadlineMs }),
      );
      await insertRows(store.writer, { sql: 'INSERT INTO t (n)', rows: ['{"n":1}'], deadlineMs });
    }
    // All of it went through while the slow one was still at work.
    expect(slowEnded).toBe(false);
    const error = await slow;
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe('query_timeout');
  });

  test('no setting of one is in force for the next, after an answer or an error', async () => {
    const client = store.writer;
    const before = await selectRows(client, { sql: CHANGED, deadlineMs });
    const settings = { max_result_rows: 5, result_overflow_mode: 'throw', max_threads: 1 };
    await selectRows(client, { sql: 'SELECT 1 AS one LIMIT 1', settings, deadlineMs });
    await expect(
      selectRows(client, { sql: 'SELECT number FROM numbers(9) LIMIT 9', settings, deadlineMs }),
    ).rejects.toMatchObject({ code: 'page_too_large' });
    await insertRows(client, { sql: 'INSERT INTO t (n)', rows: ['{"n":2}'], deadlineMs });
    const after = await selectRows(client, { sql: CHANGED, deadlineMs });
    // The statement that asks has its own deadline in force, the same both times.
    expect(after).toEqual(before);
    const many = await selectRows(client, {
      sql: 'SELECT number FROM numbers(9) LIMIT 9',
      deadlineMs,
    });
    expect(many).toHaveLength(9);
  });

  test('the same rows written twice are there twice: the engine drops no insert by itself', async () => {
    const count = async () =>
      (
        await selectRows<{ found: number }>(store.writer, {
          sql: 'SELECT toUInt32(count()) AS found FROM t WHERE n = 77 LIMIT 1',
          deadlineMs,
        })
      )[0]?.found;
    const insert = { sql: 'INSERT INTO t (n)', rows: ['{"n":77}'], deadlineMs };
    await insertRows(store.writer, insert);
    await insertRows(store.writer, insert);
    expect(await count()).toBe(2);
  });
});
