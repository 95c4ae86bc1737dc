// Pages, totals and marks at random moments of writing, merging and restarting, against a model:
// pages tile the answer, totals are exact, and what was asked at a mark stays as it was.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Invocation } from '../../src/domain/invocation.ts';
import {
  buildInvocationQuery,
  type InvocationQuery,
  invocationStatuses,
  orderDirections,
  orderFields,
} from '../../src/domain/invocation-query.ts';
import type { LostRule } from '../../src/domain/lost-run.ts';
import { buildInvocation } from '../support/build-invocation.ts';
import { asGiven } from '../support/draw-questions.ts';
import { ModelStore } from '../support/model-store.ts';
import { openTemporaryStore, type TemporaryStore } from '../support/temporary-store.ts';

const START_US = Date.UTC(2026, 0, 1) * 1000;
const SPAN_US = 3_000_000_000;
/** Pages of one answer at most: a page that does not lead on would never end. */
const PAGES_MAX = 1_000;
const lostRule: LostRule = {
  nowMs: (START_US + SPAN_US) / 1000,
  graceMs: 1_000,
  timeLimitMs: 1_800_000,
};
const options = { deadlineMs: 60_000, lostRule, withNext: true };

type Wanted = Omit<InvocationQuery, 'limit' | 'offset' | 'asOf'> & { readonly limit: number };

/** A store and what it must answer, to which things happen. */
class ModelledStore {
  readonly #model = new ModelStore();
  readonly #written: Invocation[] = [];
  /** Questions that were asked at a mark, with what they got. */
  readonly #frozen: { readonly query: InvocationQuery; readonly answer: unknown }[] = [];
  #store: TemporaryStore;

  static async open(): Promise<ModelledStore> {
    return new ModelledStore(await openTemporaryStore());
  }

  private constructor(store: TemporaryStore) {
    this.#store = store;
  }

  /** Some take the place of an earlier one, some are there already; starts come in any order. */
  async write(size: number): Promise<void> {
    const before = this.#written.length;
    const batch = Array.from({ length: size }, (_, index) => this.#draw(before + index));
    await this.#store.writer.write(batch);
    this.#model.write(batch);
    this.#written.push(...batch);
  }

  #draw(at: number): Invocation {
    const earlier = this.#written[(at * 31) % Math.max(1, this.#written.length)];
    if (earlier !== undefined && at % 5 >= 3) {
      return at % 5 === 3
        ? earlier
        : { ...earlier, invokeFinished: true, retCode: at % 3, durationUs: at };
    }
    return buildInvocation({
      requestId: `run-${at}`,
      functionName: `f${at % 3}`,
      qualifier: at % 4 === 0 ? '7' : '$LATEST',
      // Ties in every order.
      startTimeUs: START_US + ((at * 7_919) % 50) * (SPAN_US / 50),
      durationUs: (at % 4) * 1_000,
      memUsageBytes: (at % 3) * 2 ** 20,
      retCode: at % 7 === 0 ? 2 : at % 3,
      invokeFinished: at % 7 !== 0,
    });
  }

  async settle(): Promise<void> {
    await this.#store.admin.settle();
  }

  async restart(): Promise<void> {
    this.#store = await this.#store.reopen();
  }

  /** All pages of an answer, by offset and from place to place, while more is written. */
  async ask(wanted: Wanted): Promise<void> {
    const whole = this.#model.page(buildInvocationQuery({ ...wanted, limit: 10_000 }), lostRule);
    const first = await this.#page(wanted, {});
    const { asOf } = first;
    expect(asOf).toBe(this.#model.mark);
    const byPlace = [...first.invocations];
    const byOffset: Invocation[] = [];
    let { next } = first;
    for (let page = 0; next !== undefined && page < PAGES_MAX; page++) {
      if (page === 1) {
        await this.write(5);
      }
      const after = await this.#page(wanted, { asOf, after: next });
      expect(after.total).toBe(whole.total);
      byPlace.push(...after.invocations);
      next = after.next;
    }
    for (let offset = 0; offset < whole.total; offset += wanted.limit) {
      byOffset.push(...(await this.#page(wanted, { asOf, offset })).invocations);
    }
    expect(first.total).toBe(whole.total);
    expect(byPlace.map(plain)).toEqual(whole.invocations.map(plain));
    expect(byOffset.map(plain)).toEqual(whole.invocations.map(plain));
    const query = buildInvocationQuery({ ...wanted, limit: 10_000, asOf });
    this.#frozen.push({ query, answer: summary({ ...whole, asOf }) });
  }

  /** What was asked at a mark has the same answer as then. */
  async askAgain(): Promise<void> {
    for (const { query, answer } of this.#frozen) {
      expect(summary(await this.#store.reader.page(query, options))).toEqual(answer);
    }
  }

  remove(): Promise<void> {
    return this.#store.remove();
  }

  #page(wanted: Wanted, where: Partial<InvocationQuery>) {
    return this.#store.reader.page(buildInvocationQuery({ ...wanted, ...where }), options);
  }
}

function plain({ heardTimeMs: _, ...record }: Invocation) {
  return record;
}

function summary({
  total,
  asOf,
  invocations,
}: {
  total: number;
  asOf: number;
  invocations: readonly Invocation[];
}) {
  return { total, asOf, invocations: invocations.map(plain) };
}

const question = fc
  .record({
    functionName: fc.option(fc.constantFrom('f0', 'f1', 'nobody'), { nil: undefined }),
    qualifier: fc.option(fc.constantFrom('7', '$LATEST'), { nil: undefined }),
    requestId: fc.option(
      fc.nat({ max: 200 }).map((at) => `run-${at}`),
      { nil: undefined, freq: 8 },
    ),
    status: fc.option(fc.constantFrom(...invocationStatuses), { nil: undefined }),
    sinceUs: fc.option(fc.integer({ min: START_US, max: START_US + SPAN_US }), { nil: undefined }),
    untilUs: fc.option(fc.integer({ min: START_US, max: START_US + SPAN_US }), { nil: undefined }),
    orderBy: fc.constantFrom(...orderFields),
    order: fc.constantFrom(...orderDirections),
    limit: fc.integer({ min: 3, max: 60 }),
  })
  .map((drawn) => asGiven<Wanted>(drawn));

const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('write' as const),
        size: fc.integer({ min: 1, max: 60 }),
      }),
    },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('ask' as const), question }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('settle' as const, 'restart' as const, 'askAgain' as const),
      }),
    },
  ),
  { minLength: 5, maxLength: 25 },
);

test('pages tile, totals match and marks hold, whatever happens in between', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const store = await ModelledStore.open();
      try {
        for (const step of taken) {
          switch (step.kind) {
            case 'write':
              await store.write(step.size);
              break;
            case 'ask':
              await store.ask(step.question);
              break;
            default:
              await store[step.kind]();
          }
        }
        await store.askAgain();
      } finally {
        await store.remove();
      }
    }),
    { numRuns: Number(process.env['FNLOG_FUZZ_RUNS'] ?? 8) },
  );
}, 600_000);
