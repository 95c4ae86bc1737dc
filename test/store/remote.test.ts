import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildInvocationQuery, orderFields } from '../../src/domain/invocation-query.ts';
import { openStore, type Store, storeDefaults } from '../../src/store/clickhouse/open-store.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { type HttpEngine, startHttpEngine } from '../support/http-engine.ts';
import { answerFrom } from '../support/model-store.ts';

describe('a store on a server', () => {
  let room: string;
  let engine: HttpEngine;
  let store: Store;
  const records = Array.from({ length: 200 }, (_, index) =>
    buildInvocation({
      functionName: `fn ${index % 3}'s \\ ü`,
      requestId: `id-${(index * 7) % 50}`,
      retryNum: index,
      durationUs: (index * 31) % 17,
      retCode: index % 4,
    }),
  );

  beforeAll(async () => {
    room = await mkdtemp(join(tmpdir(), 'fnlog-remote-'));
    engine = await startHttpEngine(join(room, 'engine'));
    store = await openStore({
      ...storeDefaults,
      dataDir: join(room, 'data'),
      clickhouseUrl: engine.url,
    });
  });
  afterAll(async () => {
    await store?.admin.close();
    await engine.close();
    await rm(room, { recursive: true, force: true });
  });

  test('takes records once and answers as the embedded one does', async () => {
    await store.writer.write(records.slice(0, 150));
    const outcomes = await store.writer.write(records.slice(100));
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(50);
    for (const orderBy of orderFields) {
      for (const functionName of [undefined, records[1]?.functionName]) {
        const query = buildInvocationQuery({
          orderBy,
          order: 'desc',
          limit: 60,
          offset: 3,
          ...(functionName === undefined ? {} : { functionName }),
        });
        const page = await store.reader.page(query, { deadlineMs: 10_000 });
        expect(page).toEqual(answerFrom(records, query));
      }
    }
  });

  test('keeps settings in the text of its statements', () => {
    const beside = engine.requests.flatMap((url) => [...url.searchParams.keys()]);
    expect(beside).not.toContain('max_execution_time');
  });

  test('says who does not answer, without the password', async () => {
    const opening = openStore({
      ...storeDefaults,
      dataDir: join(room, 'data'),
      clickhouseUrl: 'http://user:hidden@127.0.0.1:9/default',
    });
    await expect(opening).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(opening).rejects.toThrow(/127\.0\.0\.1:9/);
    await expect(opening).rejects.not.toThrow(/hidden/);
  });
});
