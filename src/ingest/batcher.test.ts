import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildInvocation } from '../../test/support/build-invocation.ts';
import { HeldWriter, outcomesOf } from '../../test/support/held-writer.ts';
import { invocationsIn } from '../../test/support/read-block.ts';
import { AppError } from '../domain/errors.ts';
import type { Invocation } from '../domain/invocation.ts';
import { InvocationBlock } from '../domain/invocation-block.ts';
import type { InvocationWriter } from '../domain/ports.ts';
import { Batcher, type BatcherOptions } from './batcher.ts';

const bounds = { batchRowsMax: 100, batchBytesMax: 1_000, lingerMs: 0, waitingBytesMax: 10_000 };

function batcherOf(writer: InvocationWriter, given: Partial<BatcherOptions> = {}): Batcher {
  return new Batcher({ writer, ...bounds, ...given });
}

function recordsOf(count: number): InvocationBlock {
  return InvocationBlock.of(Array.from({ length: count }, () => buildInvocation()));
}

function begun(writer: HeldWriter, count: number) {
  return expect.poll(() => writer.batches.length, { interval: 2, timeout: 30_000 }).toBe(count);
}

describe('append', () => {
  test('resolves after the write and not before', async () => {
    const writer = new HeldWriter();
    const batcher = batcherOf(writer);
    let done = false;
    const appended = batcher.append(recordsOf(2), 10).then((outcomes) => {
      done = true;
      return outcomes;
    });
    await begun(writer, 1);
    expect(done).toBe(false);
    expect(batcher.waitingBytes).toBe(10);
    writer.finish();
    expect(await appended).toEqual(['accepted', 'accepted']);
    expect(batcher.waitingBytes).toBe(0);
  });

  test('gives each caller the outcomes of its own records', async () => {
    const writer = new HeldWriter();
    const batcher = batcherOf(writer);
    const replaced = buildInvocation({ source: 'replaced' });
    const duplicate = buildInvocation({ source: 'duplicate' });
    const one = batcher.append(InvocationBlock.of([buildInvocation(), replaced]), 10);
    const two = batcher.append(InvocationBlock.of([duplicate]), 10);
    const three = batcher.append(recordsOf(3), 10);
    await begun(writer, 1);
    expect(writer.batches[0]).toHaveLength(6);
    writer.finish();
    expect(await one).toEqual(['accepted', 'replaced']);
    expect(await two).toEqual(['duplicate']);
    expect(await three).toEqual(['accepted', 'accepted', 'accepted']);
  });

  test('fills the next batch while a write is under way', async () => {
    const writer = new HeldWriter();
    const batcher = batcherOf(writer);
    const first = batcher.append(recordsOf(1), 10);
    await begun(writer, 1);
    const second = batcher.append(recordsOf(1), 10);
    const third = batcher.append(recordsOf(1), 10);
    expect(writer.batches).toHaveLength(1);
    writer.finish();
    await first;
    await begun(writer, 2);
    expect(writer.batches[1]).toHaveLength(2);
    writer.finish();
    await Promise.all([second, third]);
    expect(writer.batches).toHaveLength(2);
  });

  test('works again after it was idle', async () => {
    const batcher = batcherOf({ write: async (batch) => batch.map(outcomesOf) });
    expect(await batcher.append(recordsOf(1), 10)).toEqual(['accepted']);
    expect(await batcher.append(recordsOf(1), 10)).toEqual(['accepted']);
  });
});

describe('a write that fails', () => {
  test('rejects every caller of its batch, and the next batch goes on', async () => {
    const writer = new HeldWriter();
    const batcher = batcherOf(writer);
    const broken = new Error('no space');
    const failed = Promise.allSettled([
      batcher.append(recordsOf(1), 10),
      batcher.append(recordsOf(2), 10),
    ]);
    await begun(writer, 1);
    const next = batcher.append(recordsOf(1), 10);
    writer.fail(broken);
    expect(await failed).toEqual([
      { status: 'rejected', reason: broken },
      { status: 'rejected', reason: broken },
    ]);
    expect(batcher.waitingBytes).toBe(10);
    await begun(writer, 2);
    writer.finish();
    expect(await next).toEqual(['accepted']);
    expect(batcher.waitingBytes).toBe(0);
  });
});

describe('a batch', () => {
  test.each([
    ['rows', { batchRowsMax: 4 }, [2, 2, 2], [4, 2]],
    ['bytes', { batchBytesMax: 20 }, [1, 1, 1], [2, 1]],
    ['rows of one caller alone', { batchRowsMax: 4 }, [9, 1], [9, 1]],
    ['bytes of one caller alone', { batchBytesMax: 5 }, [1, 1], [1, 1]],
  ])('is closed by its %s', async (_what, given, callers, batches) => {
    const writer = new HeldWriter();
    const batcher = batcherOf(writer, given);
    const appended = callers.map((count) => batcher.append(recordsOf(count), 10));
    for (const count of batches.keys()) {
      await begun(writer, count + 1);
      writer.finish();
    }
    await Promise.all(appended);
    expect(writer.batches.map((batch) => batch.length)).toEqual(batches);
  });

  test('says that the store is busy where a look-up of its own took too long', async () => {
    const tooLong = new AppError('query_timeout', 'the question took too long; narrow it');
    const batcher = batcherOf({ write: () => Promise.reject(tooLong) });
    await expect(batcher.append(recordsOf(1), 10)).rejects.toMatchObject({
      code: 'overloaded',
      message: 'the store is too busy; send the records again later',
    });
  });

  test('holds records in the order of their arrival, whatever the bounds', async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 20 });
    const few = fc.integer({ min: 1, max: 10 });
    await fc.assert(
      fc.asyncProperty(sizes, few, few, async (counts, batchRowsMax, batchBytesMax) => {
        const written: Invocation[] = [];
        const write = async (batch: readonly InvocationBlock[]) => {
          written.push(...batch.flatMap(invocationsIn));
          return batch.map(outcomesOf);
        };
        const batcher = batcherOf({ write }, { batchRowsMax, batchBytesMax });
        const callers = counts.map(recordsOf);
        const outcomes = await Promise.all(callers.map((own) => batcher.append(own, own.length)));
        expect(written).toEqual(callers.flatMap(invocationsIn));
        expect(outcomes.map((own) => own.length)).toEqual(counts);
        expect(batcher.waitingBytes).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the bound on what waits', () => {
  test('refuses at once and counts what is being written', async () => {
    const writer = new HeldWriter();
    const batcher = batcherOf(writer, { waitingBytesMax: 100 });
    const first = batcher.append(recordsOf(1), 60);
    await begun(writer, 1);
    const second = batcher.append(recordsOf(1), 40);
    await expect(batcher.append(recordsOf(1), 1)).rejects.toMatchObject({
      code: 'overloaded',
      details: { waitingBytesMax: 100 },
    });
    writer.finish();
    await first;
    await begun(writer, 2);
    const third = batcher.append(recordsOf(1), 60);
    writer.finish();
    await second;
    await begun(writer, 3);
    writer.finish();
    expect(await third).toEqual(['accepted']);
  });

  test('lets one caller over it pass where nothing else waits', async () => {
    const batcher = batcherOf(
      { write: async (batch) => batch.map(outcomesOf) },
      { waitingBytesMax: 100 },
    );
    expect(await batcher.append(recordsOf(1), 5_000)).toEqual(['accepted']);
  });
});

describe('close', () => {
  test('writes what waits and takes nothing more', async () => {
    const writer = new HeldWriter();
    const batcher = batcherOf(writer, { batchRowsMax: 1 });
    const appended = Promise.all([
      batcher.append(recordsOf(1), 10),
      batcher.append(recordsOf(1), 10),
    ]);
    let closed = false;
    const closing = batcher.close().then(() => {
      closed = true;
    });
    await expect(batcher.append(recordsOf(1), 10)).rejects.toMatchObject({
      code: 'store_unavailable',
      retryable: true,
    });
    await begun(writer, 1);
    writer.finish();
    await begun(writer, 2);
    expect(closed).toBe(false);
    writer.finish();
    await closing;
    expect(await appended).toEqual([['accepted'], ['accepted']]);
  });

  test('of an idle batcher ends at once', async () => {
    await expect(batcherOf(new HeldWriter()).close()).resolves.toBeUndefined();
  });
});
