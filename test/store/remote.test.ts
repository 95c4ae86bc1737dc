import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import { buildFunctionQuery } from '../../src/domain/function-query.ts';
import { InvocationBlock } from '../../src/domain/invocation-block.ts';
import { buildInvocationQuery, orderFields } from '../../src/domain/invocation-query.ts';
import { buildNamespaceQuery } from '../../src/domain/namespace-query.ts';
import { connectRemote } from '../../src/store/clickhouse/connect-remote.ts';
import { openStore, type Store, storeDefaults } from '../../src/store/clickhouse/open-store.ts';
import { selectRows } from '../../src/store/clickhouse/statement.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { type HttpEngine, startHttpEngine } from '../support/http-engine.ts';
import { answerFrom } from '../support/model-store.ts';

/** As long as its deadline lets it. */
const SLOW = 'SELECT count() AS n FROM numbers(1000000000000) WHERE sipHash64(number) = 1 LIMIT 1';

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
      log: index % 5 === 0 ? "REPORT RequestId: \\ 100%\t'ü'" : 'a line',
      extra: { team: `team\t${index}` },
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
    await store.writer.write([InvocationBlock.of(records.slice(0, 150))]);
    const [outcomes = []] = await store.writer.write([InvocationBlock.of(records.slice(100))]);
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

  test('finds keywords, functions and namespaces as the embedded one does', async () => {
    const options = { deadlineMs: 10_000 };
    for (const text of ["\\ 100%\t'ü'", 'REPORT', 'line', 'a\nline']) {
      const keyword = { text, lines: 'platform' } as const;
      const query = buildInvocationQuery({ keyword, statusCodes: [200] });
      expect(await store.reader.page(query, options)).toEqual(answerFrom(records, query));
    }
    const [newest] = records.slice(-1);
    const facts = [{ path: ['team'], values: ['team\t199', 'other'] }];
    const { total, functions } = await store.reader.functions(
      buildFunctionQuery({ search: "'S \\ Ü", facts }),
      options,
    );
    expect([total, functions.map(({ functionName }) => functionName)]).toEqual([
      1,
      [newest?.functionName],
    ]);
    expect(functions[0]).toMatchObject({
      lastStartUs: newest?.startTimeUs,
      facts: { team: 'team\t199' },
    });
    const among = await store.reader.namespaces(
      buildNamespaceQuery({ among: ['default', 'none'] }),
      options,
    );
    expect(among).toMatchObject({ total: 1, namespaces: [{ name: 'default' }] });
    expect(await store.reader.namespacesOfRequest('id-7', options)).toEqual(['default']);
  });

  test('keeps settings in the text of its statements', () => {
    const beside = engine.requests.flatMap((url) => [...url.searchParams.keys()]);
    expect(beside).not.toContain('max_execution_time');
  });

  test('is told that nobody waits for an answer any more', async () => {
    const remote = await connectRemote({ url: engine.url, readerCount: 1 });
    const gone = new AppError('malformed_request', 'the connection was closed');
    const controller = new AbortController();
    const bounds = {
      rowsMax: 0,
      bytesMax: 0,
      remainingMs: () => 10_000,
      signal: controller.signal,
    };
    try {
      const began = performance.now();
      const asked = remote.readers.use((client) =>
        selectRows(client, { sql: SLOW, deadlineMs: 3_000, bounds }),
      );
      setTimeout(() => controller.abort(gone), 100);
      await expect(asked).rejects.toBe(gone);
      expect(performance.now() - began).toBeLessThan(2_000);
      const [last] = engine.requests.slice(-1);
      expect(last?.searchParams.get('cancel_http_readonly_queries_on_client_close')).toBe('1');
    } finally {
      await remote.close();
    }
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
