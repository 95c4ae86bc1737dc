import { describe, expect, test } from 'vitest';
import { AppError } from '../domain/errors.ts';
import {
  buildFunctionQuery,
  type FunctionPage,
  type FunctionQuery,
} from '../domain/function-query.ts';
import type { InvocationPage } from '../domain/invocation-page.ts';
import { buildInvocationQuery, type InvocationQuery } from '../domain/invocation-query.ts';
import {
  buildNamespaceQuery,
  type NamespacePage,
  type NamespaceQuery,
} from '../domain/namespace-query.ts';
import type { InvocationReader, ReadOptions } from '../domain/ports.ts';
import { QueryService } from './query-service.ts';

const page: InvocationPage = { total: 0, invocations: [], asOf: 0 };

/** A reader whose answers come when the test says so. */
class HeldReader implements InvocationReader {
  readonly asked: string[] = [];
  readonly options: ReadOptions[] = [];
  readonly #held: { resolve(answer: unknown): void; reject(error: unknown): void }[] = [];

  page({ namespace }: InvocationQuery, options: ReadOptions) {
    return this.#hold<InvocationPage>(namespace, options);
  }

  functions({ namespace }: FunctionQuery, options: ReadOptions) {
    return this.#hold<FunctionPage>(`functions of ${namespace}`, options);
  }

  namespaces({ among }: NamespaceQuery, options: ReadOptions) {
    return this.#hold<NamespacePage>(`namespaces among ${among}`, options);
  }

  namespacesOfRequest(requestId: string, options: ReadOptions) {
    return this.#hold<readonly string[]>(`namespaces of ${requestId}`, options);
  }

  /** Answers the question that has waited longest. */
  answer(answer: unknown = page): void {
    this.#held.shift()?.resolve(answer);
  }

  fail(error: unknown): void {
    this.#held.shift()?.reject(error);
  }

  #hold<Answer>(question: string, options: ReadOptions): Promise<Answer> {
    this.asked.push(question);
    this.options.push(options);
    return new Promise<Answer>((resolve, reject) => {
      this.#held.push({ resolve: (answer) => resolve(answer as Answer), reject });
    });
  }
}

function serviceOf(given: { slotCount: number; waitingMax: number }) {
  const reader = new HeldReader();
  const service = new QueryService({ reader, deadlineMs: 1_234, ...given });
  const ask = (namespace: string) => service.page(buildInvocationQuery({ namespace }));
  const asked = (...names: string[]) =>
    expect.poll(() => reader.asked, { interval: 2, timeout: 30_000 }).toEqual(names);
  return { reader, service, ask, asked };
}

describe('a question', () => {
  test('reaches the reader with the deadline and comes back with its page', async () => {
    const { reader, ask, asked } = serviceOf({ slotCount: 1, waitingMax: 0 });
    const answer = ask('a');
    await asked('a');
    expect(reader.options).toEqual([{ deadlineMs: 1_234 }]);
    reader.answer({ ...page, total: 5 });
    expect(await answer).toEqual({ total: 5, invocations: [], asOf: 0 });
  });

  test('of every other kind has its slot and the deadline as well', async () => {
    const { reader, service, asked } = serviceOf({ slotCount: 1, waitingMax: 3 });
    const functions = service.functions(buildFunctionQuery({ namespace: 'a' }));
    const namespaces = service.namespaces(buildNamespaceQuery({ among: ['a', 'b'] }));
    const ofRequest = service.namespacesOfRequest('r');
    await asked('functions of a');
    reader.answer({ total: 1, functions: [] });
    expect(await functions).toEqual({ total: 1, functions: [] });
    await asked('functions of a', 'namespaces among a,b');
    reader.answer({ total: 2, namespaces: [] });
    expect(await namespaces).toEqual({ total: 2, namespaces: [] });
    await asked('functions of a', 'namespaces among a,b', 'namespaces of r');
    reader.answer(['a']);
    expect(await ofRequest).toEqual(['a']);
    expect(reader.options).toEqual(Array(3).fill({ deadlineMs: 1_234 }));
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
