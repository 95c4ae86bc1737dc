import { describe, expect, test } from 'vitest';
import { AppError } from '../../domain/errors.ts';
import type { NativeReceipt } from '../../wire/native/encode-receipt.ts';
import type { Item } from './deliver-batches.ts';
import { type ImportOptions, importRecords, type RejectedRecord } from './import-records.ts';

interface Answers {
  /** The most rejections that a receipt lists. */
  readonly listedMax?: number;
  /** More records are too much for one request. */
  readonly recordsMax?: number;
  readonly signal?: AbortSignal;
  readonly onAsked?: (records: readonly unknown[]) => void;
}

/** A store that takes even numbers, each once. */
function store({ listedMax = 1_000, recordsMax = 1e9, onAsked }: Answers = {}) {
  const taken = new Set<unknown>();
  let asked = 0;
  const ingest = async (records: readonly unknown[]): Promise<NativeReceipt> => {
    asked += 1;
    onAsked?.(records);
    await Promise.resolve();
    asked -= 1;
    if (asked > 0) {
      throw new Error('two requests at a time');
    }
    if (records.length > recordsMax) {
      throw new AppError('body_too_large', 'too much');
    }
    const bad = [...records.keys()].filter((index) => (records[index] as number) % 2 === 1);
    const good = records.filter((record) => (record as number) % 2 === 0);
    const fresh = good.filter((record) => !taken.has(record));
    for (const record of fresh) {
      taken.add(record);
    }
    const receipt = {
      accepted: fresh.length,
      replaced: 0,
      duplicates: good.length - fresh.length,
      rejectedCount: bad.length,
      rejected: bad
        .slice(0, listedMax)
        .map((index) => ({ line: index + 1, field: 'n', reason: 'odd' })),
    };
    if (good.length === 0) {
      throw new AppError('all_rejected', 'none', { details: receipt });
    }
    return receipt;
  };
  return { ingest, taken };
}

async function* numbers(values: readonly (number | string)[], failure?: Error) {
  for (const [index, value] of values.entries()) {
    const place = { line: index + 1, after: { bytes: index + 1, line: 0, records: 0 } };
    const item: Item =
      typeof value === 'number' ? { ...place, value, bytes: 1 } : { ...place, unreadable: value };
    yield item;
  }
  if (failure !== undefined) {
    throw failure;
  }
}

async function deliver(
  items: AsyncIterable<Item>,
  ingest: ImportOptions['ingest'],
  options: Partial<ImportOptions> = {},
) {
  const tally = { accepted: 0, replaced: 0, duplicates: 0, rejected: 0 };
  const rejected: RejectedRecord[] = [];
  const done: [number | undefined, number][] = [];
  let failure: unknown;
  try {
    await importRecords(items, tally, {
      ingest,
      onRejected: (one) => rejected.push(one),
      onDone: async (place, count) => {
        done.push([place?.bytes, count]);
      },
      readTime: () => undefined,
      namespace: undefined,
      ...options,
    });
  } catch (error) {
    failure = error;
  }
  return { tally, rejected, done, failure };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('records that were read', () => {
  test('go out in requests of bounded size, one after the other, and say how far they are', async () => {
    const { ingest, taken } = store();
    const { tally, done } = await deliver(
      numbers(upTo(22_001).map((number) => number * 2)),
      ingest,
    );
    expect(tally).toEqual({ accepted: 22_001, replaced: 0, duplicates: 0, rejected: 0 });
    expect(taken.size).toBe(22_001);
    expect(done).toEqual([
      [10_000, 10_000],
      [20_000, 10_000],
      [22_001, 2_001],
    ]);
  });

  test('are each told of where they are not taken, with line and value', async () => {
    const { tally, rejected, done } = await deliver(
      numbers([0, 'is no JSON', 1, 2, 3]),
      store().ingest,
    );
    expect(tally).toEqual({ accepted: 2, replaced: 0, duplicates: 0, rejected: 3 });
    expect(rejected).toEqual([
      { line: 2, field: '', reason: 'is no JSON', record: undefined },
      { line: 3, field: 'n', reason: 'odd', record: 1 },
      { line: 5, field: 'n', reason: 'odd', record: 3 },
    ]);
    expect(done).toEqual([[5, 5]]);
  });

  test('are told of all where a receipt lists only some, and count once', async () => {
    const { ingest } = store({ listedMax: 7 });
    const { tally, rejected } = await deliver(numbers(upTo(101)), ingest);
    expect(tally).toEqual({ accepted: 51, replaced: 0, duplicates: 0, rejected: 50 });
    expect(rejected.map(({ record }) => record)).toEqual(upTo(50).map((half) => half * 2 + 1));
  });

  test('go out in parts where a server takes less at once', async () => {
    const { ingest, taken } = store({ recordsMax: 3 });
    const { tally, rejected } = await deliver(numbers(upTo(20)), ingest);
    expect(tally).toMatchObject({ accepted: 10, rejected: 10 });
    expect(taken.size).toBe(10);
    expect(rejected.map(({ line }) => line)).toEqual(upTo(10).map((half) => half * 2 + 2));
    const none = await deliver(numbers([2]), store({ recordsMax: 0 }).ingest);
    expect(none.rejected).toEqual([{ line: 1, field: '', reason: 'too much', record: 2 }]);
  });

  test('may be of no use at all', async () => {
    const { tally, failure } = await deliver(numbers([1, 3, 'is no JSON']), store().ingest);
    expect(failure).toBeUndefined();
    expect(tally).toMatchObject({ accepted: 0, rejected: 3 });
  });
});

describe('an import that ends early', () => {
  test('has sent all that was read before a fault of the file', async () => {
    const { tally, done, failure } = await deliver(
      numbers([2, 4], new Error('broken')),
      store().ingest,
    );
    expect(failure).toMatchObject({ message: 'broken' });
    expect(tally.accepted).toBe(2);
    expect(done).toEqual([[2, 2]]);
  });

  test('ends with the failure of a request, and says nothing of it', async () => {
    const ingest = async () => {
      throw new AppError('storage_full', 'full');
    };
    const { tally, done, failure } = await deliver(numbers(upTo(40_000)), ingest);
    expect(failure).toMatchObject({ code: 'storage_full' });
    expect(tally.accepted).toBe(0);
    expect(done).toEqual([]);
  });

  test('ends after the request under way when it is asked to, and leaves the rest', async () => {
    const stop = new AbortController();
    const { ingest } = store({ onAsked: () => stop.abort() });
    const { done, failure } = await deliver(
      numbers(upTo(40_000).map((number) => number * 2)),
      ingest,
      { signal: stop.signal },
    );
    expect(failure).toBeUndefined();
    expect(done).toEqual([[10_000, 10_000]]);
  });

  test('waits no longer for a busy server when it is asked to stop', async () => {
    const stop = new AbortController();
    const ingest = async () => {
      stop.abort();
      throw new AppError('overloaded', 'busy');
    };
    const { failure } = await deliver(numbers([2]), ingest, { signal: stop.signal });
    expect(failure).toMatchObject({ name: 'AbortError' });
  });
});

test('a reply gives its rows, and where to go on only after the last', async () => {
  const reply = { TotalCount: 2, Data: [{ FunctionName: 'a', RequestId: '1' }, 7] };
  const sent: unknown[] = [];
  const ingest = async (records: readonly unknown[]) => {
    sent.push(...records);
    return { accepted: records.length, replaced: 0, duplicates: 0, rejected: [] };
  };
  const items = async function* () {
    const after = { bytes: 9, line: 1, records: 0 };
    yield { line: 1, value: reply, bytes: 10, after };
  };
  expect((await deliver(items(), ingest)).done).toEqual([[9, 2]]);
  expect(sent).toEqual([{ functionName: 'a', requestId: '1' }, 7]);
  expect((await deliver(items(), ingest, { nativeOnly: true })).done).toEqual([[9, 1]]);
  expect(sent.at(-1)).toEqual(reply);
});

test('a value that is too deep to be sent is told of, and spoils no other', async () => {
  const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
  const items = async function* () {
    yield { line: 1, value: { deep }, bytes: 100_000 };
    yield* numbers([2]);
  };
  const { tally, rejected } = await deliver(items(), store().ingest);
  expect(tally).toMatchObject({ accepted: 1, rejected: 1 });
  expect(rejected).toMatchObject([{ line: 1, reason: 'is nested over 1000 levels deep' }]);
});
