import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { afterEach, describe, expect, test } from 'vitest';
import { ReaderPool } from './reader-pool.ts';

/** Real clients of a server that nobody asks. */
const clients: ClickHouseClient[] = [];

function poolOf(count: number): ReaderPool {
  const own = Array.from({ length: count }, () => createClient({ url: 'http://127.0.0.1:1' }));
  clients.push(...own);
  return new ReaderPool(own);
}

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

/** Work on a pool that ends when the test says so. */
class HeldWork {
  readonly lent: ClickHouseClient[] = [];
  readonly #held: (() => void)[] = [];
  readonly #pool: ReaderPool;

  constructor(pool: ReaderPool) {
    this.#pool = pool;
  }

  begin(name: string): Promise<string> {
    return this.#pool.use(async (client) => {
      this.lent.push(client);
      await new Promise<void>((resolve) => this.#held.push(resolve));
      return name;
    });
  }

  finish(): void {
    this.#held.shift()?.();
  }

  begun(count: number) {
    return expect.poll(() => this.lent.length, { interval: 2, timeout: 30_000 }).toBe(count);
  }
}

describe('a pool of connections', () => {
  test('lends each to one at a time and gives back what the work returns', async () => {
    const work = new HeldWork(poolOf(2));
    const results = ['a', 'b', 'c'].map((name) => work.begin(name));
    await work.begun(2);
    expect(new Set(work.lent).size).toBe(2);
    work.finish();
    await work.begun(3);
    expect(work.lent[2]).toBe(work.lent[0]);
    work.finish();
    work.finish();
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c']);
  });

  test('lends in the order of asking', async () => {
    const pool = poolOf(1);
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3, 4].map((number) =>
        pool.use(async () => {
          order.push(number);
        }),
      ),
    );
    expect(order).toEqual([1, 2, 3, 4]);
  });

  test('gets a connection back from work that fails', async () => {
    const pool = poolOf(1);
    const failure = new Error('broken');
    const failing = pool.use(() => Promise.reject(failure));
    const next = pool.use(async () => 'next');
    await expect(failing).rejects.toBe(failure);
    expect(await next).toBe('next');
    const throwing = pool.use(() => {
      throw failure;
    });
    await expect(throwing).rejects.toBe(failure);
    expect(await pool.use(async () => 'last')).toBe('last');
  });

  test('closes', async () => {
    await expect(poolOf(2).close()).resolves.toBeUndefined();
  });
});

describe('records that go out of sight', () => {
  test('wait for the reads that began before, and for no others', async () => {
    const pool = poolOf(3);
    const work = new HeldWork(pool);
    await pool.letReadsPass(60_000);
    const before = work.begin('before');
    await work.begun(1);
    let hasPassed = false;
    const passed = pool.letReadsPass(60_000).then(() => {
      hasPassed = true;
    });
    const after = work.begin('after');
    await work.begun(2);
    expect(hasPassed).toBe(false);
    work.finish();
    await passed;
    expect(await before).toBe('before');
    work.finish();
    expect(await after).toBe('after');
    expect(work.lent).toHaveLength(2);
  });

  test('do not wait for a slow read, which is then done once more, and waited for', async () => {
    const pool = poolOf(1);
    const work = new HeldWork(pool);
    const slow = work.begin('slow');
    await work.begun(1);
    await pool.letReadsPass(1);
    work.finish();
    await work.begun(2);
    let hasPassed = false;
    const passed = pool.letReadsPass(1).then(() => {
      hasPassed = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(hasPassed).toBe(false);
    work.finish();
    await passed;
    expect(await slow).toBe('slow');
    expect(work.lent).toHaveLength(2);
  });

  test('are through when a slow read fails', async () => {
    const pool = poolOf(1);
    let fail = () => {};
    const failing = pool.use(
      () =>
        new Promise((_resolve, reject) => {
          fail = () => reject(new Error('broken'));
        }),
    );
    const passed = pool.letReadsPass(60_000);
    fail();
    await expect(failing).rejects.toThrow('broken');
    await passed;
  });
});
