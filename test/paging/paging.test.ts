// A few rounds of what `npm run soak:paging` does in full.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { orderDirections, orderFields } from '../../src/domain/invocation-query.ts';
import { MATCHES, openPagingRoom, type PagingRoom } from './page-through.ts';

let room: PagingRoom;

beforeAll(async () => {
  room = await openPagingRoom();
});
afterAll(async () => {
  await room.remove();
});

const walks = orderFields.flatMap((orderBy) =>
  orderDirections.map((order) => ({ orderBy, order })),
);

test.each(walks)('all pages of 1,000 and of 10,000 by $orderBy, $order', async (walk) => {
  expect(await room.walk({ ...walk, limit: 1_000 })).toEqual({ pages: 10, rows: MATCHES });
  expect(await room.walk({ ...walk, limit: 10_000 })).toEqual({ pages: 1, rows: MATCHES });
});

test.each(walks)('the last pages of 100, 7 and 1 by $orderBy, $order', async (walk) => {
  expect(await room.walk({ ...walk, limit: 100, offset: 9_000 })).toMatchObject({ rows: 1_000 });
  expect(await room.walk({ ...walk, limit: 7, offset: 9_905 })).toMatchObject({ rows: 95 });
  expect(await room.walk({ ...walk, limit: 1, offset: 9_985 })).toMatchObject({ rows: 15 });
});

test('Offset and Limit may be 10,000 together and no more', async () => {
  const { client } = room;
  expect((await client.GetFunctionLogs({ Offset: 9_999, Limit: 1 })).Data).toHaveLength(1);
  expect((await client.GetFunctionLogs({ Offset: 10_000, Limit: 0 })).Data).toHaveLength(0);
  for (const page of [
    { Offset: 9_999, Limit: 2 },
    { Offset: 1, Limit: 10_000 },
    { Offset: 0, Limit: 10_001 },
  ]) {
    await expect(client.GetFunctionLogs(page)).rejects.toMatchObject({
      code: 'LimitExceeded.Offset',
    });
  }
});

test('SearchContext pages on through what there was at its first page', async () => {
  const { client } = room;
  const total = (await client.GetFunctionLogs({ FunctionName: 'paged', Limit: 0 })).TotalCount ?? 0;
  const seen = new Set<string>();
  let rows = 0;
  let context = { Offset: '', Limit: 5_000 };
  let frozen: number | undefined;
  for (;;) {
    const reply = await client.GetFunctionLogs({
      FunctionName: 'paged',
      OrderBy: 'duration',
      SearchContext: context,
    });
    frozen ??= reply.TotalCount;
    expect(reply.TotalCount).toBe(frozen);
    const page = reply.Data ?? [];
    if (page.length === 0) {
      break;
    }
    rows += page.length;
    for (const { RequestId = '' } of page) {
      seen.add(RequestId);
    }
    context = { ...context, Offset: reply.SearchContext?.Offset ?? '' };
  }
  expect(frozen).toBeGreaterThanOrEqual(total);
  expect(rows).toBe(frozen);
  expect(seen.size).toBe(rows);
});

test('meanwhile records come in', () => {
  expect(room.arrivals().count).toBeGreaterThan(0);
});
