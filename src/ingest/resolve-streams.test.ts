import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildFragment, T0_US } from '../../test/support/build-fragment.ts';
import { buildInvocation } from '../../test/support/build-invocation.ts';
import { FragmentStore } from '../../test/support/fragment-store.ts';
import type { Fragment } from '../domain/fragment.ts';
import { TIME_US_MAX } from '../domain/rfc3339.ts';
import { StreamResolver } from './resolve-streams.ts';

function began(requestId: string, us: number, given: Partial<Fragment> = {}): Fragment {
  const facts = { startTimeUs: T0_US + us };
  return buildFragment({ requestId, stream: 's', timeUs: T0_US + us, facts, ...given });
}

/** Something of a run that only its stream names. */
function heard(us: number, given: Partial<Fragment> = {}): Fragment {
  return buildFragment({ requestId: undefined, stream: 's', timeUs: T0_US + us, ...given });
}

function resolverOf(store = new FragmentStore()) {
  const resolver = new StreamResolver((query) => store.latestRuns(query));
  const resolve = async (...fragments: Fragment[]) => {
    const events = fragments.map((fragment, at) => ({ line: at + 1, fragment }));
    const resolved = await resolver.resolve(events);
    return {
      runs: resolved.events.map(({ fragment }) => fragment.requestId),
      atUs: resolved.events.map(({ atUs }) => atUs - T0_US),
      unresolved: resolved.unresolved.map(({ line }) => line),
    };
  };
  return { store, resolve };
}

describe('an event that names only its stream', () => {
  test('is of the run that began last before it, wherever its start stands', async () => {
    const { store, resolve } = resolverOf();
    expect(
      await resolve(heard(25), began('b', 20), heard(15), heard(20), began('a', 10), heard(9)),
    ).toEqual({ runs: ['b', 'b', 'a', 'b', 'a'], atUs: [20, 20, 10, 20, 10], unresolved: [6] });
    expect(store.questions).toMatchObject([
      { functionName: 'hello', untilUs: TIME_US_MAX - 1 },
      { functionName: 'hello', untilUs: T0_US + 9 },
    ]);
  });

  test('is of a run of an earlier request', async () => {
    const { store, resolve } = resolverOf();
    await resolve(began('a', 10), began('b', 20));
    expect((await resolve(heard(30), heard(12))).runs).toEqual(['b', 'a']);
    expect((await resolve(heard(31))).runs).toEqual(['b']);
    // The store is asked for a stream once.
    expect(store.questions).toHaveLength(1);
  });

  test('is of a run of this request or an earlier one, whichever began last', async () => {
    const { resolve } = resolverOf();
    await resolve(began('b', 20));
    expect((await resolve(began('a', 10), heard(30))).runs).toEqual(['a', 'b']);
  });

  test('is of a run in the store, although an earlier start was sent again since the start', async () => {
    const store = new FragmentStore();
    const extra = { logStream: 's' };
    store.put(buildInvocation({ requestId: 'a', startTimeUs: T0_US + 10, extra }));
    store.put(buildInvocation({ requestId: 'b', startTimeUs: T0_US + 20, extra }));
    const { resolve } = resolverOf(store);
    await resolve(began('a', 10));
    expect((await resolve(heard(30))).runs).toEqual(['b']);
    const again = resolverOf(store);
    expect((await again.resolve(began('a', 10), heard(30))).runs).toEqual(['a', 'b']);
  });

  test('is of a run in the store, where the program has begun since', async () => {
    const store = new FragmentStore();
    const extra = { logStream: 's' };
    store.put(buildInvocation({ requestId: 'a', startTimeUs: T0_US + 10, extra }));
    store.put(buildInvocation({ requestId: 'b', retryNum: 2, startTimeUs: T0_US + 20, extra }));
    store.put(buildInvocation({ requestId: 'c', startTimeUs: T0_US + 22 }));
    const { resolve } = resolverOf(store);
    expect((await resolve(heard(30), heard(15))).runs).toEqual(['b', 'a']);
    expect((await resolve(heard(31))).runs).toEqual(['b']);
    expect(store.questions).toHaveLength(1);
  });

  test('is of no run of another stream, function or namespace', async () => {
    const { resolve } = resolverOf();
    const others = [{ stream: 't' }, { functionName: 'other' }, { namespace: 'other' }];
    const { unresolved } = await resolve(...others.map((given) => began('a', 1, given)), heard(2));
    expect(unresolved).toEqual([4]);
    expect((await resolve(heard(3, { stream: 't' }))).runs).toEqual(['a']);
  });

  test('is of a run of which only a line is known, from that on', async () => {
    const { resolve } = resolverOf();
    const line = { requestId: 'a', stream: 's', timeUs: T0_US + 5, facts: {} };
    expect(await resolve(buildFragment(line), heard(6), heard(4))).toMatchObject({
      runs: ['a', 'a'],
      unresolved: [3],
    });
    expect(await resolve(began('a', 2), heard(4))).toMatchObject({ runs: ['a', 'a'] });
    expect(await resolve(heard(3))).toMatchObject({ runs: ['a'], atUs: [2] });
    // A given start counts, even where something was said before it.
    const [line2, start2] = [{ ...line, requestId: 'b', stream: 't' }, began('b', 7)];
    await resolve(buildFragment(line2), { ...start2, stream: 't' });
    expect(await resolve(heard(6, { stream: 't' }))).toMatchObject({ unresolved: [1] });
  });

  test('is of no run where there is no stream either', async () => {
    const { stream: _, ...fragment } = heard(1);
    const { store, resolve } = resolverOf();
    expect(await resolve(began('a', 0), fragment)).toMatchObject({ unresolved: [2] });
    expect(store.questions).toEqual([]);
  });
});

test('every event goes to the last start before it', async () => {
  const someTimes = fc.uniqueArray(fc.nat(60), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(someTimes, someTimes, fc.nat(25), async (starts, times, split) => {
      const { resolve } = resolverOf();
      const told = starts.map((us) => began(`r${us}`, us));
      await resolve(...told.slice(0, split));
      const rest = told.slice(split);
      const { runs } = await resolve(...rest, ...times.map((us) => heard(us)));
      // Only the last 16 runs of earlier requests are remembered.
      const known = [
        ...starts
          .slice(0, split)
          .sort((a, b) => a - b)
          .slice(-16),
        ...starts.slice(split),
      ];
      const expected = times.flatMap((us) => {
        const before = known.filter((start) => start <= us);
        return before.length === 0 ? [] : [`r${Math.max(...before)}`];
      });
      expect(runs.slice(rest.length)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

describe('what is remembered', () => {
  test('are the streams that were used last', async () => {
    const { store, resolve } = resolverOf();
    const streams = Array.from({ length: 10_001 }, (_, at) => `s${at}`);
    await resolve(...streams.map((stream) => began('a', 1, { stream })));
    expect((await resolve(heard(2, { stream: 's1' }))).runs).toEqual(['a']);
    expect((await resolve(heard(2, { stream: 's0' }))).unresolved).toEqual([1]);
    expect(store.questions).toHaveLength(3);
  });

  test('are not the functions that one request has too many of', async () => {
    const { store, resolve } = resolverOf();
    const functions = Array.from({ length: 150 }, (_, at) => heard(1, { functionName: `f${at}` }));
    expect((await resolve(...functions)).unresolved).toHaveLength(150);
    expect(store.questions).toHaveLength(2 * 100);
  });
});
