// Any order of asking, ending and breaking off: the bounds hold, keys take turns, no slot is lost.

import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../domain/errors.ts';
import { Gate } from './gate.ts';

const RUNS = Number(process.env['GATE_RUNS'] ?? 150);
const KEYS = ['a', 'b', 'c', undefined] as const;
const gone = new AppError('malformed_request', 'the connection was closed');

type Key = (typeof KEYS)[number];
type Step =
  | { readonly kind: 'ask'; readonly key: Key }
  | { readonly kind: 'end' | 'fail' | 'breakOff'; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('ask' as const), key: fc.constantFrom(...KEYS) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('end' as const, 'end' as const, 'fail' as const, 'breakOff' as const),
      which: fc.nat(100),
    }),
  },
);

interface Asked {
  readonly key: Key;
  readonly controller: AbortController;
  state: 'waiting' | 'running' | 'settled';
  end: (error?: Error) => void;
}

/** The gate with a model of it beside. */
class Walk {
  readonly #shape: { slotCount: number; waitingMax: number; waitingPerKeyMax: number };
  readonly #gate: Gate;
  readonly #asked: Asked[] = [];
  /** What was found while a question began, where nothing can be thrown: it would be its answer. */
  readonly #broken: string[] = [];
  /** How often a key that waits was passed over, by key. */
  readonly #passes = new Map<Key, Map<Key, number>>();

  constructor(shape: { slotCount: number; waitingMax: number; waitingPerKeyMax: number }) {
    this.#shape = shape;
    this.#gate = new Gate({ ...shape, deadlineMs: 60_000 });
  }

  async take(step: Step): Promise<void> {
    if (step.kind === 'ask') {
      this.#ask(step.key);
    } else {
      const open = this.#in('waiting', 'running');
      const running = this.#in('running');
      const among = step.kind === 'breakOff' ? open : running;
      const one = among[step.which % Math.max(1, among.length)];
      if (step.kind === 'breakOff') {
        one?.controller.abort(gone);
      } else {
        one?.end(step.kind === 'fail' ? new Error('failed') : undefined);
      }
    }
    await setImmediate();
    this.#check();
  }

  /** All that waits gets its turn, and nothing is left. */
  async drain(): Promise<void> {
    for (let round = this.#asked.length; round > 0 && this.#in('running').length > 0; round--) {
      this.#in('running')[0]?.end();
      await setImmediate();
      this.#check();
    }
    expect(this.#in('waiting', 'running')).toEqual([]);
    expect([this.#gate.slotsTaken, this.#gate.waiting]).toEqual([0, 0]);
  }

  #ask(key: Key): void {
    const asked: Asked = {
      key,
      controller: new AbortController(),
      state: 'waiting',
      end: () => undefined,
    };
    const waited = this.#in('running').length === this.#shape.slotCount;
    if (!this.#in('waiting').some((other) => other.key === key)) {
      this.#passes.delete(key);
    }
    this.#asked.push(asked);
    const question = () => {
      this.#begin(asked, waited);
      return new Promise<void>((resolve, reject) => {
        asked.end = (error) => {
          // Here, since the next one begins before this one's asker has heard.
          asked.state = 'settled';
          return error === undefined ? resolve() : reject(error);
        };
      });
    };
    const { signal } = asked.controller;
    const settle = () => {
      asked.state = 'settled';
    };
    this.#gate
      .pass(question, { signal, ...(key === undefined ? {} : { keyId: key }) })
      .then(settle, settle);
  }

  #begin(asked: Asked, waited: boolean): void {
    asked.state = 'running';
    this.#passes.delete(asked.key);
    const others = new Set(this.#in('waiting').map(({ key }) => key));
    others.delete(asked.key);
    if (!waited || others.size === 0) {
      return;
    }
    const shareMax = Math.max(1, this.#shape.slotCount - 1);
    if (this.#heldBy(asked.key) > shareMax) {
      this.#broken.push(`${asked.key} has all slots while others wait`);
    }
    for (const key of others) {
      if (this.#heldBy(key) < shareMax) {
        const passes = this.#passes.get(key) ?? new Map<Key, number>();
        passes.set(asked.key, (passes.get(asked.key) ?? 0) + 1);
        this.#passes.set(key, passes);
        // Each other key comes once before it is the turn of this one.
        if (passes.get(asked.key) !== 1) {
          this.#broken.push(`${asked.key} came twice before ${key}`);
        }
      }
    }
  }

  #check(): void {
    const { slotCount, waitingMax, waitingPerKeyMax } = this.#shape;
    const waiting = this.#in('waiting');
    expect(this.#broken).toEqual([]);
    expect(this.#gate.slotsTaken).toBe(this.#in('running').length);
    expect(this.#gate.waiting).toBe(waiting.length);
    expect(this.#gate.slotsTaken).toBeLessThanOrEqual(slotCount);
    expect(waiting.length).toBeLessThanOrEqual(waitingMax);
    if (waiting.length > 0) {
      expect(this.#gate.slotsTaken).toBe(slotCount);
    }
    for (const key of ['a', 'b', 'c']) {
      const ofKey = waiting.filter((asked) => asked.key === key);
      expect(ofKey.length).toBeLessThanOrEqual(waitingPerKeyMax);
    }
  }

  #heldBy(key: Key): number {
    return this.#in('running').filter((asked) => asked.key === key).length;
  }

  #in(...states: Asked['state'][]): Asked[] {
    return this.#asked.filter(({ state }) => states.includes(state));
  }
}

test('whatever comes, the bounds hold, keys take turns and no slot is lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        slotCount: fc.integer({ min: 1, max: 4 }),
        waitingMax: fc.integer({ min: 0, max: 12 }),
        waitingPerKeyMax: fc.integer({ min: 1, max: 8 }),
      }),
      fc.array(step, { maxLength: 120, size: 'max' }),
      async (shape, steps) => {
        const walk = new Walk(shape);
        for (const each of steps) {
          await walk.take(each);
        }
        await walk.drain();
      },
    ),
    { numRuns: RUNS },
  );
}, 120_000);
