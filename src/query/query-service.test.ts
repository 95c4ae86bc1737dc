import { describe, expect, test } from 'vitest';
import { buildInvocation } from '../../test/support/build-invocation.ts';
import type { Clock } from '../domain/clock.ts';
import { AppError } from '../domain/errors.ts';
import {
  buildFunctionQuery,
  type FunctionPage,
  type FunctionQuery,
} from '../domain/function-query.ts';
import type { Invocation } from '../domain/invocation.ts';
import type { InvocationPage } from '../domain/invocation-page.ts';
import { buildInvocationQuery, type InvocationQuery } from '../domain/invocation-query.ts';
import {
  buildNamespaceQuery,
  type NamespacePage,
  type NamespaceQuery,
} from '../domain/namespace-query.ts';
import type {
  InvocationReader,
  LatestRun,
  LatestRunsQuery,
  ReadOptions,
  RunIdentity,
  StartRange,
} from '../domain/ports.ts';
import { Gate } from './gate.ts';
import { QueryService } from './query-service.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const clock: Clock = { now: () => NOW_MS };
const lostRuns = { graceMs: 5_000, timeLimitMs: 60_000 };
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

  recordsToJoin(runs: readonly RunIdentity[], _range: StartRange, options: ReadOptions) {
    return this.#hold<readonly Invocation[]>(`records of ${runs.length} runs`, options);
  }

  latestRuns({ functionName }: LatestRunsQuery, options: ReadOptions) {
    return this.#hold<readonly LatestRun[]>(`latest runs of ${functionName}`, options);
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

function serviceOf(given: { slotCount: number; waitingMax: number; clock?: Clock }) {
  const reader = new HeldReader();
  const gate = new Gate({ ...given, deadlineMs: 1_234 });
  const service = new QueryService({ reader, gate, lostRuns, clock: given.clock ?? clock });
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
    expect(reader.options).toMatchObject([
      { deadlineMs: 1_234, lostRule: { ...lostRuns, nowMs: NOW_MS } },
    ]);
    reader.answer({ ...page, total: 5 });
    expect(await answer).toEqual({ total: 5, invocations: [], asOf: 0 });
  });

  test('has the lost runs marked in its page, by the one moment that the reader was told', async () => {
    let nowMs = NOW_MS;
    const ticking = { now: () => nowMs++ };
    const { reader, ask, asked } = serviceOf({ slotCount: 1, waitingMax: 0, clock: ticking });
    const answer = ask('a');
    await asked('a');
    const running = { retCode: 2, statusCode: 0, invokeFinished: false };
    const overdueUs = (NOW_MS - lostRuns.timeLimitMs - lostRuns.graceMs) * 1000;
    const onTime = buildInvocation({ ...running, startTimeUs: overdueUs });
    const late = buildInvocation({ ...running, startTimeUs: overdueUs - 1 });
    const ended = buildInvocation({ startTimeUs: 0 });
    reader.answer({ ...page, invocations: [onTime, late, ended] });
    expect((await answer).invocations).toEqual([onTime, { ...late, lost: true }, ended]);
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
    expect(reader.options).toMatchObject(Array(3).fill({ deadlineMs: 1_234 }));
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
