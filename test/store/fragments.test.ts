import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fragment } from '../../src/domain/fragment.ts';
import { InvocationBlock } from '../../src/domain/invocation-block.ts';
import { buildInvocationQuery } from '../../src/domain/invocation-query.ts';
import { Batcher } from '../../src/ingest/batcher.ts';
import { FragmentService } from '../../src/ingest/fragment-service.ts';
import { buildFragment, candidatesOf, T0_US } from '../support/build-fragment.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const HOUR_US = 3_600_000_000;
const deadlineMs = 10_000;
const MIB = 1024 * 1024;

function serviceOf({ blockWriter: writer, reader }: TemporaryStore): FragmentService {
  const bounds = { batchRowsMax: 1_000, batchBytesMax: 64 * MIB, waitingBytesMax: 256 * MIB };
  const batcher = new Batcher({ writer, ...bounds, lingerMs: 1 });
  return new FragmentService({
    append: (records) => batcher.append(InvocationBlock.of(records)),
    recordsToJoin: (runs, range) => reader.recordsToJoin(runs, range, { deadlineMs }),
    latestRuns: (query) => reader.latestRuns(query, { deadlineMs }),
    logBytesMax: MIB,
    identityWindowUs: HOUR_US,
    waitingBytesMax: 256 * MIB,
  });
}

const start = buildFragment({ facts: { startTimeUs: T0_US, memoryLimitBytes: 1_024 } });
const lines = buildFragment({
  timeUs: T0_US + 10,
  lines: [
    { timeUs: T0_US + 10, text: 'one' },
    { timeUs: T0_US + 20, text: 'two' },
  ],
});
const end = buildFragment({
  timeUs: T0_US + 5_000,
  facts: { invokeFinished: true, durationUs: 4_321, memUsageBytes: 99 },
});
const whole = {
  requestId: 'request-1',
  startTimeUs: T0_US,
  durationUs: 4_321,
  billDurationMs: 100,
  memUsageBytes: 99,
  memoryLimitBytes: 1_024,
  retCode: 0,
  statusCode: 200,
  invokeFinished: true,
  log: 'one\ntwo',
  logCutBytes: 0,
  source: 'test',
};

describe('fragments of runs', () => {
  let store: TemporaryStore;
  let service: FragmentService;
  beforeEach(async () => {
    store = await openTemporaryStore();
    service = serviceOf(store);
  });
  afterEach(() => store.remove());

  const reopen = async () => {
    store = await store.reopen();
    service = serviceOf(store);
  };
  const send = (...fragments: Fragment[]) =>
    service.ingest(candidatesOf(fragments), { mayIngest: () => true, source: 'test' });
  const all = async () => {
    const query = buildInvocationQuery({ limit: 10_000, order: 'asc' });
    const { total, invocations } = await store.reader.page(query, { deadlineMs });
    expect(invocations).toHaveLength(total);
    return invocations;
  };
  const said = (accepted: number, duplicates: number) => ({
    accepted,
    replaced: 0,
    duplicates,
    rejectedCount: 0,
    rejected: [],
  });

  test('make one record, that is running until its end comes', async () => {
    expect(await send(start)).toEqual(said(1, 0));
    expect(await all()).toMatchObject([{ retCode: 2, invokeFinished: false, log: '' }]);
    expect(await send(lines)).toEqual(said(1, 0));
    expect(await all()).toMatchObject([{ retCode: 2, startTimeUs: T0_US, log: 'one\ntwo' }]);
    expect(await send(end)).toEqual(said(1, 0));
    expect(await all()).toMatchObject([whole]);
  });

  test('make the same record in reverse, with restarts in between', async () => {
    await send(end);
    expect(await all()).toMatchObject([{ retCode: 0, startTimeUs: T0_US + 5_000, log: '' }]);
    await reopen();
    await send(lines);
    await reopen();
    await send(start);
    expect(await all()).toMatchObject([whole]);
  });

  test('make the same record when they come again, and none is written again', async () => {
    await send(start, lines);
    await reopen();
    await send(lines, end);
    const before = await all();
    for (const again of [[start], [lines], [end], [end, lines, start]]) {
      expect(await send(...again)).toEqual(said(0, again.length));
    }
    expect(await all()).toEqual(before);
    expect(before).toMatchObject([whole]);
  });

  test('that come at the same time lose nothing', async () => {
    const many = Array.from({ length: 20 }, (_, at) =>
      buildFragment({ timeUs: T0_US + at, lines: [{ timeUs: T0_US + at, text: `line ${at}` }] }),
    );
    const receipts = await Promise.all(many.map((fragment) => send(fragment)));
    expect(receipts).toEqual(many.map(() => said(1, 0)));
    const log = many.map((_, at) => `line ${at}`).join('\n');
    expect(await all()).toMatchObject([{ log, startTimeUs: T0_US }]);
  });

  test('of many runs in requests that overlap make one record each', async () => {
    const of = (fragment: Fragment, run: number) => ({ ...fragment, requestId: `r${run}` });
    const runs = Array.from({ length: 30 }, (_, at) => at);
    const requests = [start, lines, end].flatMap((fragment) => [
      runs.map((run) => of(fragment, run)),
      runs.slice(5, 20).map((run) => of(fragment, run)),
      [...runs].reverse().map((run) => of(fragment, run)),
    ]);
    await Promise.all(requests.map((fragments) => send(...fragments)));
    const { requestId: _, ...same } = whole;
    const records = await all();
    expect(records).toHaveLength(30);
    expect(records).toMatchObject(runs.map(() => same));
    expect(new Set(records.map(({ requestId }) => requestId)).size).toBe(30);
  });

  test('of a retry, another function or another namespace make another record', async () => {
    const others = [
      start,
      { ...start, retryNum: 1 },
      { ...start, functionName: 'other' },
      { ...start, namespace: 'other' },
    ];
    expect(await send(...others)).toEqual(said(4, 0));
    expect(await send(...others)).toEqual(said(0, 4));
    expect(await all()).toHaveLength(3);
  });

  test('further apart than the window are of runs of their own', async () => {
    const later = buildFragment({ facts: { startTimeUs: T0_US + 3 * HOUR_US } });
    await send(start, later);
    await send({ ...lines, timeUs: T0_US + HOUR_US / 2, lines: [] });
    await send(buildFragment({ timeUs: T0_US + 3 * HOUR_US + 5, facts: { invokeFinished: true } }));
    expect(await all()).toMatchObject([
      { startTimeUs: T0_US, invokeFinished: false },
      { startTimeUs: T0_US + 3 * HOUR_US, invokeFinished: true },
    ]);
  });

  test('of a run that lasts for hours stay one record as long as it is heard of', async () => {
    const minutes = Array.from({ length: 150 }, (_, at) => T0_US + at * 60_000_000);
    const heard = minutes.map((timeUs) =>
      buildFragment({ timeUs, lines: [{ timeUs, text: `at ${timeUs}` }] }),
    );
    await send(start, ...heard.slice(0, 50));
    await send(...heard.slice(50, 100));
    await send(...heard.slice(100));
    const ends = { invokeFinished: true, startTimeUs: T0_US } as const;
    await send(buildFragment({ timeUs: T0_US + 3 * HOUR_US, facts: ends }));
    const records = await all();
    expect(records).toMatchObject([{ startTimeUs: T0_US, invokeFinished: true }]);
    expect(records[0]?.log.split('\n')).toHaveLength(150);
  });

  test('add to a record that came whole, and leave alone what it says', async () => {
    const record = buildInvocation({
      requestId: 'request-1',
      startTimeUs: T0_US + 3,
      log: 'said before',
      memoryLimitBytes: 0,
      traceId: '',
    });
    await store.writer.write([record]);
    const facts = { startTimeUs: T0_US, retCode: 1, traceId: 't', memoryLimitBytes: 5 };
    expect(await send({ ...lines, facts })).toEqual(said(1, 0));
    const joined = { ...record, traceId: 't', memoryLimitBytes: 5, log: 'said before\none\ntwo' };
    expect(await all()).toEqual([joined]);
    await reopen();
    expect(await send({ ...lines, facts })).toEqual(said(0, 1));
    expect(await all()).toEqual([joined]);
  });

  test('that name only their stream find their run after a restart too', async () => {
    const stream = '2026/01/01/[$LATEST]0af';
    const began = (requestId: string, us: number, given: Partial<Fragment> = {}) =>
      buildFragment({ requestId, stream, facts: { startTimeUs: T0_US + us }, ...given });
    const heard = (us: number, text: string) =>
      buildFragment({
        requestId: undefined,
        stream,
        timeUs: T0_US + us,
        lines: [{ timeUs: T0_US + us, text }],
      });
    const other = { stream: 'another' };
    await send(began('a', 100), heard(150, 'of a'), began('b', 200), began('c', 300, other));
    await reopen();
    expect(await send(heard(350, 'of b'), heard(110, 'of a too'))).toEqual(said(2, 0));
    expect(await send(heard(350, 'of b'))).toEqual(said(0, 1));
    expect(await all()).toMatchObject([
      { requestId: 'a', log: 'of a too\nof a', extra: { logStream: stream } },
      { requestId: 'b', log: 'of b' },
      { requestId: 'c', log: '' },
    ]);
    await expect(send(heard(99, 'of none'))).rejects.toMatchObject({ code: 'all_rejected' });
  });

  test('are joined to what is in sight, and to nothing else', async () => {
    const others = [
      { ...start, retryNum: 1 },
      { ...start, functionName: 'other' },
      { ...start, namespace: 'other' },
    ];
    await send(start, ...others);
    await send(lines);
    await send(end);
    const read = (sinceUs: number, untilUs: number, run = start) =>
      store.reader.recordsToJoin(
        [{ ...run, requestId: 'request-1' }],
        { sinceUs, untilUs },
        { deadlineMs },
      );
    const found = await read(T0_US, T0_US);
    expect(found).toMatchObject([{ ...whole, retryNum: 0, functionName: 'hello' }]);
    expect(found[0]?.joinState).toContain('"times"');
    expect(await read(T0_US + 1, T0_US + HOUR_US)).toEqual([]);
    expect(await read(0, T0_US - 1)).toEqual([]);
    expect(await read(0, T0_US, { ...start, namespace: 'other' })).toMatchObject([
      { namespace: 'other', invokeFinished: false },
    ]);
    // Pages do not carry it.
    expect(JSON.stringify(await all())).not.toContain('joinState');
  });
});
