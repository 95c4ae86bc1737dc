// Following what comes in, at random moments of writing, merging, restarting and reading, against a
// model: each record once, in the order of ingest, late and replacing ones included.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Invocation } from '../../src/domain/invocation.ts';
import { buildInvocationQuery } from '../../src/domain/invocation-query.ts';
import type { TailFilter, TailRecord } from '../../src/domain/tail.ts';
import type { Follower } from '../../src/query/follower.ts';
import { Gate } from '../../src/query/gate.ts';
import { buildTailFilter } from '../../src/query/tail-filter.ts';
import { TailService } from '../../src/query/tail-service.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { drawInvocations } from '../support/draw-invocations.ts';
import { asGiven, optional } from '../support/draw-questions.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const START_US = Date.UTC(2026, 0, 1) * 1000;
const lostRuns = { graceMs: 1_000, timeLimitMs: 60_000 };
const nowMs = START_US / 1000 + 86_400_000;

function serviceOf(store: TemporaryStore): TailService {
  return new TailService({
    feed: store.feed,
    reader: store.tail,
    gate: new Gate({ slotCount: 2, waitingMax: 100, deadlineMs: 60_000 }),
    clock: { now: () => nowMs },
    lostRuns,
    followersMax: 100,
    followersPerKeyMax: 100,
  });
}

const nobody = new AbortController().signal;

/** Takes what is there until the follower has come as far as the store. */
async function takeAll(follower: Follower, mark: number): Promise<TailRecord[]> {
  const taken: TailRecord[] = [];
  while (follower.seq < mark) {
    const event = await follower.next();
    if (event?.kind === 'record') {
      taken.push(event.record);
    }
  }
  return taken;
}

/** What of a record does not depend on when it was read. */
function plain({ seq, invocation }: TailRecord) {
  const { heardTimeMs: _heard, ...same } = invocation;
  return { seq, ...same };
}

/** Some take the place of an earlier one; starts come in any order. */
function nextBatch(written: readonly Invocation[], size: number): Invocation[] {
  return Array.from({ length: size }, (_, index) => {
    const earlier = written[(index * 31) % Math.max(1, written.length)];
    return index % 5 === 4 && earlier !== undefined
      ? { ...earlier, retMsg: `again ${written.length}` }
      : buildInvocation({ startTimeUs: START_US + ((index * 7_919) % 1_000) });
  });
}

/** A store with a follower, to which things happen. */
class FollowedStore {
  readonly #written: Invocation[] = [];
  readonly taken: TailRecord[] = [];
  #store: TemporaryStore;
  #follower: Follower;

  static async open(): Promise<FollowedStore> {
    return new FollowedStore(await openTemporaryStore());
  }

  private constructor(store: TemporaryStore) {
    this.#store = store;
    this.#follower = this.#follow(0);
  }

  async write(size: number): Promise<void> {
    const batch = nextBatch(this.#written, size);
    await this.#store.writer.write(batch);
    this.#written.push(...batch);
  }

  async take(): Promise<void> {
    this.taken.push(...(await takeAll(this.#follower, this.#store.feed.mark)));
  }

  async settle(): Promise<void> {
    await this.#store.admin.settle();
  }

  async reconnect(): Promise<void> {
    const afterSeq = this.#follower.seq;
    this.#follower.close();
    this.#follower = this.#follow(afterSeq);
  }

  async restart(): Promise<void> {
    const afterSeq = this.#follower.seq;
    this.#follower.close();
    this.#store = await this.#store.reopen();
    this.#follower = this.#follow(afterSeq);
  }

  async inSight(): Promise<readonly Invocation[]> {
    const query = buildInvocationQuery({ limit: 10_000 });
    return (await this.#store.reader.page(query, { deadlineMs: 60_000 })).invocations;
  }

  remove(): Promise<void> {
    return this.#store.remove();
  }

  #follow(afterSeq: number): Follower {
    return serviceOf(this.#store).follow(filterOf({}), { keyId: 'k', signal: nobody, afterSeq });
  }
}

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(fc.constant('write' as const), fc.integer({ min: 1, max: 40 })),
    },
    { weight: 3, arbitrary: fc.tuple(fc.constant('take' as const)) },
    {
      weight: 3,
      arbitrary: fc.tuple(
        fc.constantFrom('settle' as const, 'restart' as const, 'reconnect' as const),
      ),
    },
  ),
  { minLength: 4, maxLength: 20 },
);

describe('a follower', () => {
  test('gets each record once, whatever happens in between', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const followed = await FollowedStore.open();
        try {
          for (const [kind, size = 0] of taken) {
            await followed[kind](size);
          }
          await followed.take();
          const seqs = followed.taken.map(({ seq }) => seq);
          expect(seqs).toEqual([...new Set(seqs)].sort((one, other) => one - other));
          // Everything in sight was handed over, as it is.
          const inSight = await followed.inSight();
          const handed = new Map(
            followed.taken.map(({ invocation }) => [invocation.requestId, invocation.retMsg]),
          );
          expect(handed).toEqual(
            new Map(inSight.map(({ requestId, retMsg }) => [requestId, retMsg])),
          );
        } finally {
          await followed.remove();
        }
      }),
      { numRuns: Number(process.env['FNLOG_FUZZ_RUNS'] ?? 8) },
    );
  }, 300_000);

  test('too slow, is told so, misses nothing and holds up nobody', async () => {
    const store = await openTemporaryStore();
    try {
      const service = serviceOf(store);
      const [slow, quick] = [0, 0].map((afterSeq) =>
        service.follow(filterOf({}), { keyId: 'k', signal: nobody, afterSeq }),
      ) as [Follower, Follower];
      const log = 'x'.repeat(10_000);
      const quickly: TailRecord[] = [];
      for (let batch = 0; batch < 10; batch++) {
        await store.writer.write(Array.from({ length: 50 }, () => buildInvocation({ log })));
        quickly.push(...(await takeAll(quick, store.feed.mark)));
      }
      expect(quickly.map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, at) => at + 1));
      const events = [];
      while (slow.seq < store.feed.mark) {
        events.push(await slow.next());
      }
      const gaps = events.filter((event) => event?.kind === 'gap');
      expect(gaps).toEqual([
        { kind: 'gap', afterSeq: expect.any(Number), untilSeq: expect.any(Number) },
      ]);
      const records = events.flatMap((event) => (event?.kind === 'record' ? [event.record] : []));
      expect(records.map(plain)).toEqual(quickly.map(plain));
    } finally {
      await store.remove();
    }
  });

  test('is one of many: what they share is read from nowhere', async () => {
    const store = await openTemporaryStore();
    try {
      let reads = 0;
      const counted: TemporaryStore['tail'] = {
        slice: (query, options) => {
          reads += 1;
          return store.tail.slice(query, options);
        },
      };
      const service = serviceOf({ ...store, tail: counted });
      const followers = Array.from({ length: 50 }, () =>
        service.follow(filterOf({}), { keyId: 'k', signal: nobody }),
      );
      await store.writer.write(Array.from({ length: 100 }, () => buildInvocation()));
      const taken = await Promise.all(followers.map((one) => takeAll(one, store.feed.mark)));
      expect(taken.map(({ length }) => length)).toEqual(Array(50).fill(100));
      expect(reads).toBe(0);
      service.close();
      expect(await followers[0]?.next()).toBeUndefined();
    } finally {
      await store.remove();
    }
  });
});

test('the filter in memory takes what the store finds', async () => {
  const store = await openTemporaryStore();
  try {
    const drawn = drawInvocations({ count: 400, seed: 5, fromUs: START_US });
    await store.writer.write(drawn);
    const filter = fc.record({
      namespace: fc.constantFrom('default', 'prod'),
      functionName: optional('alpha', '函数'),
      qualifier: optional('3'),
      requestId: optional(...drawn.slice(0, 3).map(({ requestId }) => requestId)),
      status: optional('ok' as const, 'failed' as const, 'running' as const, 'lost' as const),
      sinceUs: optional(START_US + 40_000_000_000),
      untilUs: optional(START_US + 90_000_000_000),
      search: optional('line 3', '"line 3"', 'TypeError', '中文', 'start requestid'),
      contains: optional('line 2', 'out of'),
      regex: optional('line [12] of \\d+5$', 'START.*END', '^disk'),
    });
    await fc.assert(
      fc.asyncProperty(filter, async (given) => {
        const named = asGiven<Partial<TailFilter>>(given);
        const query = buildInvocationQuery({ ...named, limit: 10_000 });
        const lostRule = { ...lostRuns, nowMs };
        const page = await store.reader.page(query, { deadlineMs: 60_000, lostRule });
        const matches = buildTailFilter(filterOf(named), () => lostRule);
        const ids = (records: readonly Invocation[]) =>
          records.map(({ requestId }) => requestId).sort();
        expect(ids(drawn.filter(matches))).toEqual(ids(page.invocations));
      }),
      { numRuns: 100 },
    );
  } finally {
    await store.remove();
  }
});

function filterOf(given: Partial<TailFilter>): TailFilter {
  return { namespace: 'default', ...given };
}
