import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Invocation } from '../../src/domain/invocation.ts';
import { buildInvocationQuery } from '../../src/domain/invocation-query.ts';
import { TIME_US_MAX } from '../../src/domain/rfc3339.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const HOUR_US = 3_600_000_000;

describe('a record sent again', () => {
  let store: TemporaryStore;
  beforeEach(async () => {
    store = await openTemporaryStore();
  });
  afterEach(() => store.remove());

  const all = async () => {
    const query = buildInvocationQuery({ limit: 10_000, order: 'asc' });
    const { total, invocations } = await store.reader.page(query, { deadlineMs: 10_000 });
    return { total, invocations };
  };

  test('in the same batch is there once', async () => {
    const one = buildInvocation();
    expect(await store.writer.write([one, one])).toEqual(['accepted', 'duplicate']);
    expect(await all()).toEqual({ total: 1, invocations: [one] });
  });

  test('in a later batch is there once', async () => {
    const one = buildInvocation();
    await store.writer.write([one]);
    expect(await store.writer.write([one])).toEqual(['duplicate']);
    expect(await all()).toEqual({ total: 1, invocations: [one] });
  });

  test('after a restart is there once', async () => {
    const one = buildInvocation();
    await store.writer.write([one]);
    store = await store.reopen();
    expect(await store.writer.write([one, buildInvocation()])).toEqual(['duplicate', 'accepted']);
    expect((await all()).total).toBe(2);
  });

  test('with its end replaces its start, whatever batch it comes in', async () => {
    const running = buildInvocation({ invokeFinished: false, retCode: 2, statusCode: 0, log: '' });
    const finished: Invocation = { ...running, invokeFinished: true, retCode: 1, statusCode: 430 };
    expect(await store.writer.write([running])).toEqual(['accepted']);
    expect(await store.writer.write([finished])).toEqual(['replaced']);
    expect(await store.writer.write([running])).toEqual(['duplicate']);
    expect(await all()).toEqual({ total: 1, invocations: [finished] });
    store = await store.reopen();
    expect(await store.writer.write([finished, running])).toEqual(['duplicate', 'duplicate']);
    expect(await all()).toEqual({ total: 1, invocations: [finished] });
  });

  test('with another content replaces what was there, again and again', async () => {
    const first = buildInvocation({ retMsg: 'first' });
    const second = { ...first, retMsg: 'second', durationUs: 9 };
    const third = { ...first, retMsg: 'third', startTimeUs: first.startTimeUs + 5 };
    await store.writer.write([first]);
    expect(await store.writer.write([second, third])).toEqual(['replaced', 'replaced']);
    expect(await all()).toEqual({ total: 1, invocations: [third] });
    expect(await store.writer.write([third])).toEqual(['duplicate']);
  });

  test('as it once was, after another one took its place, takes the place back', async () => {
    const first = buildInvocation({ retMsg: 'first', startTimeUs: 10 * HOUR_US - 1 });
    const second = { ...first, retMsg: 'second', startTimeUs: 10 * HOUR_US };
    await store.writer.write([first]);
    for (const [current, former] of [
      [second, first],
      [first, second],
      [second, first],
    ] as const) {
      expect(await store.writer.write([current])).toEqual(['replaced']);
      expect(await store.writer.write([current])).toEqual(['duplicate']);
      expect(await all()).toEqual({ total: 1, invocations: [current] });
      store = await store.reopen();
      expect(await store.writer.write([current])).toEqual(['duplicate']);
      await store.writer.write([former, current]);
      expect(await all()).toEqual({ total: 1, invocations: [current] });
      await store.writer.write([current, former]);
      expect(await all()).toEqual({ total: 1, invocations: [former] });
      await store.writer.write([current]);
    }
  });

  test('is another run when its start is further away than the window', async () => {
    const one = buildInvocation();
    const near = { ...one, startTimeUs: one.startTimeUs + HOUR_US };
    const far = { ...one, startTimeUs: one.startTimeUs + 2 * HOUR_US + 1 };
    await store.writer.write([one]);
    expect(await store.writer.write([near])).toEqual(['replaced']);
    expect(await store.writer.write([far])).toEqual(['accepted']);
    expect((await all()).total).toBe(2);
  });

  test('is another run in another namespace, function or retry', async () => {
    const one = buildInvocation();
    const others = [
      { ...one, functionName: 'other' },
      { ...one, retryNum: 1 },
      { ...one, namespace: 'other' },
    ];
    expect(await store.writer.write([one, ...others])).toEqual(Array(4).fill('accepted'));
    expect((await all()).total).toBe(3);
  });

  test('among fifty thousand others is found by every one of them', async () => {
    const batch = Array.from({ length: 50_000 }, () => buildInvocation());
    await store.writer.write(batch);
    const shuffled = [...batch].reverse();
    expect(new Set(await store.writer.write(shuffled))).toEqual(new Set(['duplicate']));
    expect((await all()).total).toBe(50_000);
  });

  test('keeps its start to the microsecond, from 1970 to 2200', async () => {
    const starts = [0, 1, 999_999, 5_000_000, 1_234_567_890_123, 1_795_495_770_123_456];
    const batch = [...starts, TIME_US_MAX - 1].map((startTimeUs) =>
      buildInvocation({ startTimeUs }),
    );
    await store.writer.write(batch);
    expect((await all()).invocations).toEqual(batch);
  });

  test('keeps every field as it was', async () => {
    const odd = buildInvocation({
      initDurationUs: 12_345,
      retMsg: '\u0000 \ud83d\ude00 "\\" \n\t',
      log: 'π\r\nline two \u2028',
      logCutBytes: 17,
      memUsageBytes: Number.MAX_SAFE_INTEGER,
      retCode: -1,
      traceId: 'trace',
      extra: { nothing: null, 'a.b': [1, { c: 'd' }], big: 1e300 },
    });
    await store.writer.write([odd]);
    expect((await all()).invocations).toEqual([odd]);
  });
});
