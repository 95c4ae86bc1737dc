import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { AppError } from '../domain/errors.ts';
import type { ReadOptions } from '../domain/ports.ts';
import { Gate, type GateOptions } from './gate.ts';
import type { QuestionOutcome } from './gate-observer.ts';

/** A gate whose clock and whose questions go on when the test says so. */
function build(given: Partial<GateOptions> = {}) {
  const clock = { ms: 0 };
  const outcomes: QuestionOutcome[] = [];
  const waitedSeconds: number[] = [];
  const begun: string[] = [];
  const options: ReadOptions[] = [];
  const ends = new Map<string, (answer: Error | string) => void>();
  const gate = new Gate({
    slotCount: 2,
    waitingMax: 10,
    deadlineMs: 30_000,
    now: () => clock.ms,
    observer: {
      began: (seconds) => waitedSeconds.push(seconds),
      ended: (outcome) => outcomes.push(outcome),
    },
    ...given,
  });
  /** The key of a question is its first letter; one that begins with `-` is the program's own. */
  const ask = async (name: string, gone?: AbortController, askedAtMs?: number) => {
    const answer = gate.pass(
      (told) => {
        begun.push(name);
        options.push(told);
        return new Promise<string>((resolve, reject) => {
          ends.set(name, (end) => (typeof end === 'string' ? resolve(end) : reject(end)));
        });
      },
      {
        ...(name.startsWith('-') ? {} : { keyId: name.charAt(0) }),
        ...(gone === undefined ? {} : { signal: gone.signal }),
        ...(askedAtMs === undefined ? {} : { askedAtMs }),
      },
    );
    answer.catch(() => undefined);
    await setImmediate();
    // In an object, since a promise would be waited for.
    return { answer };
  };
  const end = async (name: string, answer: Error | string = `answer to ${name}`) => {
    ends.get(name)?.(answer);
    await setImmediate();
  };
  return { gate, clock, outcomes, waitedSeconds, begun, options, ask, end };
}

const gone = new AppError('malformed_request', 'the connection was closed');

describe('keys', () => {
  test('take turns for a slot that is free again', async () => {
    const { begun, ask, end } = build({ slotCount: 1 });
    for (const name of ['a1', 'a2', 'a3', 'b1', '-1', 'b2']) {
      await ask(name);
    }
    for (const name of ['a1', 'a2', 'b1', '-1', 'a3', 'b2']) {
      await end(name);
    }
    expect(begun).toEqual(['a1', 'a2', 'b1', '-1', 'a3', 'b2']);
  });

  test('have every slot as long as nobody else waits, and then all but one', async () => {
    const { begun, ask, end } = build({ slotCount: 3 });
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) {
      await ask(name);
    }
    await end('a1');
    expect(begun).toEqual(['a1', 'a2', 'a3', 'a4']);
    await ask('b1');
    await ask('b2');
    // It would be the turn of `a`.
    await end('a2');
    expect(begun.slice(4)).toEqual(['b1']);
    await end('a3');
    expect(begun.slice(5)).toEqual(['a5']);
  });

  test('have a share of the queue each', async () => {
    const { ask } = build({ slotCount: 1, waitingMax: 4, waitingPerKeyMax: 2 });
    for (const name of ['a1', 'a2', 'a3']) {
      await ask(name);
    }
    await expect((await ask('a4')).answer).rejects.toMatchObject({
      code: 'overloaded',
      message: '2 questions of this key wait already; ask again in a moment',
    });
    await ask('b1');
    await ask('-1');
    await expect((await ask('c1')).answer).rejects.toMatchObject({
      code: 'overloaded',
      message: '4 questions wait already; ask again in a moment',
    });
  });
});

describe('the time of a question', () => {
  test('runs while it waits, and its statements have the rest', async () => {
    const { clock, waitedSeconds, options, ask, end } = build({ slotCount: 1 });
    await ask('a1');
    await ask('b1');
    clock.ms = 12_000;
    await end('a1');
    clock.ms = 13_000;
    expect(options.map(({ bounds }) => bounds?.remainingMs())).toEqual([17_000, 17_000]);
    expect(waitedSeconds).toEqual([0, 12]);
  });

  test('is that of its request, however many questions that has', async () => {
    const { clock, outcomes, options, ask } = build();
    clock.ms = 20_000;
    await ask('a1', undefined, 5_000);
    expect(options[0]?.bounds?.remainingMs()).toBe(15_000);
    clock.ms = 35_000;
    await expect((await ask('a2', undefined, 5_000)).answer).rejects.toMatchObject({
      code: 'query_timeout',
    });
    expect(outcomes).toEqual(['timed_out']);
  });

  test('ends its waiting', async () => {
    const { gate, outcomes, ask, end } = build({ slotCount: 1, deadlineMs: 20 });
    await ask('a1');
    await expect((await ask('b1')).answer).rejects.toMatchObject({
      code: 'overloaded',
      message: 'the store was busy with other questions for 0.02 s; ask again in a moment',
    });
    await end('a1');
    expect([gate.slotsTaken, gate.waiting, outcomes]).toEqual([0, 0, ['refused', 'answered']]);
  });
});

describe('a question that nobody waits for', () => {
  test('leaves the queue at once', async () => {
    const { gate, outcomes, begun, ask, end } = build({ slotCount: 1 });
    const [left, stays] = [new AbortController(), new AbortController()];
    await ask('a1');
    const { answer: waiting } = await ask('b1', left);
    await ask('b2', stays);
    left.abort(gone);
    expect(gate.waiting).toBe(1);
    await expect(waiting).rejects.toBe(gone);
    await end('a1');
    expect(begun).toEqual(['a1', 'b2']);
    expect(outcomes).toEqual(['broken_off', 'answered']);
  });

  test('does not begin', async () => {
    const { gate, begun, ask } = build();
    await expect((await ask('a1', abortedController())).answer).rejects.toBe(gone);
    expect([begun, gate.slotsTaken]).toEqual([[], 0]);
  });

  test('keeps its slot as long as the store works on it', async () => {
    const { gate, outcomes, options, ask, end } = build({ slotCount: 1 });
    const left = new AbortController();
    await ask('a1', left);
    left.abort(gone);
    expect(options[0]?.bounds?.signal?.aborted).toBe(true);
    expect(gate.slotsTaken).toBe(1);
    await end('a1', new AppError('query_timeout', 'too long'));
    expect([gate.slotsTaken, outcomes]).toEqual([0, ['broken_off']]);
  });
});

test('the time of a key is bounded over all of its questions', async () => {
  const { clock, outcomes, begun, ask, end } = build({ secondsPerMinute: 6, slotCount: 1 });
  await ask('a1');
  const { answer: waiting } = await ask('a2');
  await ask('b1');
  clock.ms = 7_000;
  await end('a1');
  await expect(waiting).rejects.toMatchObject({
    code: 'overloaded',
    details: { querySecondsPerMinute: 6, retryAfterSeconds: 11 },
  });
  await expect((await ask('a3')).answer).rejects.toThrow(
    'questions of this key have kept the store busy for more than 6 seconds of a minute (querySecondsPerMinute); ask again in 11 s',
  );
  expect([begun, outcomes]).toEqual([
    ['a1', 'b1'],
    ['answered', 'refused', 'refused'],
  ]);
  await end('b1');
  clock.ms = 18_000;
  await ask('a4');
  expect(begun).toEqual(['a1', 'b1', 'a4']);
});

test('what a question may read is told to it, but not to ingest', async () => {
  const { gate, options, ask } = build({ rowsMax: 10, bytesMax: 20 });
  await ask('a1');
  expect(options[0]).toMatchObject({ deadlineMs: 30_000, bounds: { rowsMax: 10, bytesMax: 20 } });
  await gate.pass(async ({ bounds }) => expect(bounds).toMatchObject({ rowsMax: 0, bytesMax: 0 }), {
    mayReadAll: true,
  });
});

test('what becomes of a question is told by its error', async () => {
  const { gate, outcomes } = build();
  for (const code of ['overloaded', 'query_too_costly', 'query_timeout', 'internal'] as const) {
    const question = () => Promise.reject(new AppError(code, 'no'));
    await expect(gate.pass(question)).rejects.toMatchObject({ code });
  }
  expect(outcomes).toEqual(['refused', 'too_costly', 'timed_out', 'failed']);
});

function abortedController(): AbortController {
  const controller = new AbortController();
  controller.abort(gone);
  return controller;
}
