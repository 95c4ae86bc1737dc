// Runs by name, in the background too; the runs themselves are given, since how a function is run has
// tests of its own.

import { describe, expect, test } from 'vitest';
import { buildInvocation } from '../../test/support/build-invocation.ts';
import type { Invocation } from '../domain/invocation.ts';
import type { LocalFunction } from './local-function.ts';
import { LocalInvoker } from './local-invoker.ts';

const fn: LocalFunction = {
  name: 'hello',
  dir: '/nowhere',
  runtime: 'nodejs',
  handler: 'index.main_handler',
  timeLimitMs: 3_000,
  memoryLimitBytes: 1,
  environment: {},
};
const functions = [fn, { ...fn, namespace: 'prod', qualifier: '2' }];

interface Room {
  readonly invoker: LocalInvoker;
  readonly ran: LocalFunction[];
  readonly stored: Invocation[];
  readonly faults: unknown[];
  /** Lets the runs that wait go on, or fail. */
  release(error?: Error): void;
}

function open(): Room {
  const [ran, stored, faults] = [[] as LocalFunction[], [] as Invocation[], [] as unknown[]];
  let release: Room['release'] = () => undefined;
  const held = new Promise<void>((resolve, reject) => {
    release = (error) => (error === undefined ? resolve() : reject(error));
  });
  const invoker = new LocalInvoker({
    functions,
    run: async (one, _event, requestId) => {
      ran.push(one);
      await held;
      return buildInvocation({ requestId });
    },
    store: async (invocations) => {
      stored.push(...invocations);
    },
    onFault: (error) => faults.push(error),
  });
  return { invoker, ran, stored, faults, release: (error) => release(error) };
}

describe('a local invoker', () => {
  test('stores the record before it tells of the end', async () => {
    const { invoker, stored, release } = open();
    release();
    const invocation = await invoker.invoke({ functionName: 'hello', event: {} });
    expect(stored).toEqual([invocation]);
  });

  test('begins a run at once, under the request id that its record has, and waits at the end', async () => {
    const { invoker, stored, release } = open();
    const requestId = invoker.start({ functionName: 'hello', event: {} });
    expect(stored).toEqual([]);
    const closed = invoker.close();
    release();
    await closed;
    expect(stored.map((one) => one.requestId)).toEqual([requestId]);
  });

  test('tells of a run in the background that left no record', async () => {
    const { invoker, stored, faults, release } = open();
    invoker.start({ functionName: 'hello', event: {} });
    release(new Error('no worker'));
    await invoker.close();
    expect(stored).toEqual([]);
    expect(faults).toEqual([new Error('no worker')]);
  });

  test('refuses the run that is one too many in the background', async () => {
    const { invoker, release } = open();
    const call = { functionName: 'hello', event: {} };
    for (let run = 0; run < 1_000; run += 1) {
      invoker.start(call);
    }
    expect(() => invoker.start(call)).toThrow(/1000 runs go on/);
    release();
    await invoker.close();
    expect(() => invoker.start(call)).not.toThrow();
    await invoker.close();
  });

  test('finds a function by all names that are given', async () => {
    const { invoker, ran, release } = open();
    release();
    await invoker.invoke({ functionName: 'hello', event: {} });
    await invoker.invoke({ functionName: 'hello', namespace: 'prod', event: {} });
    await invoker.invoke({ functionName: 'hello', qualifier: '2', event: {} });
    expect(ran).toEqual([functions[0], functions[1], functions[1]]);
    for (const other of [{ namespace: 'nowhere' }, { namespace: 'prod', qualifier: '$LATEST' }]) {
      await expect(
        invoker.invoke({ functionName: 'hello', ...other, event: {} }),
      ).rejects.toMatchObject({ code: 'not_found' });
    }
  });
});
