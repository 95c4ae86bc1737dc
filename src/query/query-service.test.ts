import { describe, expect, test } from 'vitest';
import { AppError } from '../domain/errors.ts';
import type { InvocationPage } from '../domain/invocation-page.ts';
import { buildInvocationQuery } from '../domain/invocation-query.ts';
import type { InvocationReader, ReadOptions } from '../domain/ports.ts';
import { QueryService } from './query-service.ts';

const page: InvocationPage = { total: 0, invocations: [] };

/** A reader whose answers come when the test says so. */
class HeldReader implements InvocationReader {
  readonly asked: string[] = [];
  readonly options: ReadOptions[] = [];
  readonly #held: { resolve(answer: InvocationPage): void; reject(error: unknown): void }[] = [];

  page({ namespace }: { readonly namespace: string }, options: ReadOptions) {
    this.asked.push(namespace);
    this.options.push(options);
    return new Promise<InvocationPage>((resolve, reject) => {
      this.#held.push({ resolve, reject });
    });
  }

  /** Answers the question that has waited longest. */
  answer(answer: InvocationPage = page): void {
    this.#held.shift()?.resolve(answer);
  }

  fail(error: unknown): void {
    this.#held.shift()?.reject(error);
  }
}

function serviceOf(given: { slotCount: number; waitingMax: number }) {
  const reader = new HeldReader();
  const service = new QueryService({ reader, deadlineMs: 1_234, ...given });
  const ask = (namespace: string) => service.page(buildInvocationQuery({ namespace }));
  const asked = (...names: string[]) =>
    expect.poll(() => reader.asked, { interval: 2, timeout: 30_000 }).toEqual(names);
  return { reader, ask, asked };
}

describe('a question', () => {
  test('reaches the reader with the deadline and comes back with its page', async () => {
    const { reader, ask, asked } = serviceOf({ slotCount: 1, waitingMax: 0 });
    const answer = ask('a');
    await asked('a');
    expect(reader.options).toEqual([{ deadlineMs: 1_234 }]);
    reader.answer({ ...page, total: 5 });
    expect(await answer).toEqual({ total: 5, invocations: [] });
  });

  test('waits where every slot is taken, and goes on in the order of asking', async () => {
    const { reader, ask, asked } = serviceOf({ slotCount: 2, waitingMax: 10 });
    const answers = ['a', 'b', 'c', 'd'].map(ask);
    await asked('a', 'b');
    reader.answer();
    await answers[0];
    await asked('a', 'b', 'c');
    reader.answer();
    await asked('a', 'b', 'c', 'd');
    reader.answer();
    reader.answer();
    expect(await Promise.all(answers)).toEqual([page, page, page, page]);
  });

  test('is refused at once where too many wait', async () => {
    const { reader, ask, asked } = serviceOf({ slotCount: 1, waitingMax: 1 });
    const first = ask('a');
    const second = ask('b');
    await expect(ask('c')).rejects.toMatchObject({
      code: 'overloaded',
      details: { waitingMax: 1 },
    });
    await asked('a');
    reader.answer();
    await first;
    await asked('a', 'b');
    const third = ask('d');
    reader.answer();
    await second;
    await asked('a', 'b', 'd');
    reader.answer();
    expect(await third).toBe(page);
  });

  test('that fails frees its slot', async () => {
    const { reader, ask, asked } = serviceOf({ slotCount: 1, waitingMax: 1 });
    const first = ask('a');
    const second = ask('b');
    await asked('a');
    const failure = new AppError('query_timeout', 'took too long');
    reader.fail(failure);
    await expect(first).rejects.toBe(failure);
    await asked('a', 'b');
    reader.fail(failure);
    await expect(second).rejects.toBe(failure);
    const third = ask('c');
    await asked('a', 'b', 'c');
    reader.answer();
    expect(await third).toBe(page);
  });
});
