import { EventEmitter } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import { Admission } from './admission.ts';

const bounds = { bytesMax: 100, waitingMax: 2, waitMsMax: 60_000 };

/** A request of some bytes; what happened to it, and a way to end it. */
function arrive(admission: Admission, bytes: number, headers: Record<string, string> = {}) {
  const raw = new EventEmitter();
  const state = { isIn: false, error: undefined as unknown };
  const admitted = admission
    .admit(
      { headers: { 'content-length': String(bytes), ...headers } } as unknown as FastifyRequest,
      { raw } as unknown as FastifyReply,
    )
    .then(
      () => {
        state.isIn = true;
      },
      (error: unknown) => {
        state.error = error;
      },
    );
  return { state, admitted, end: () => raw.emit('close') };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('admission', () => {
  test('lets requests in up to the bound, the others in their order when there is room', async () => {
    const admission = new Admission(bounds);
    const [one, two] = [arrive(admission, 60), arrive(admission, 60)];
    const three = arrive(admission, 10);
    await soon();
    expect([one, two, three].map(({ state }) => state.isIn)).toEqual([true, false, false]);
    expect(admission.bytes).toBe(60);
    one.end();
    await soon();
    expect([two, three].map(({ state }) => state.isIn)).toEqual([true, true]);
    two.end();
    three.end();
    expect(admission.bytes).toBe(0);
  });

  test('takes a request over the bound where it is alone', async () => {
    const admission = new Admission(bounds);
    const large = arrive(admission, 5_000);
    await large.admitted;
    expect(large.state.isIn).toBe(true);
    large.end();
    expect(admission.bytes).toBe(0);
  });

  test('counts a compressed body for more than it is', async () => {
    const admission = new Admission({ ...bounds, bytesMax: 1_000 });
    const zipped = arrive(admission, 100, { 'content-encoding': 'gzip' });
    await zipped.admitted;
    expect(admission.bytes).toBe(600);
  });

  test('refuses at once where too many wait, and after a while those who do', async () => {
    const admission = new Admission({ ...bounds, waitMsMax: 20 });
    const first = arrive(admission, 100);
    const [two, three, four] = [1, 2, 3].map((bytes) => arrive(admission, bytes));
    await four?.admitted;
    expect(four?.state.error).toMatchObject({ code: 'overloaded', retryable: true });
    await Promise.all([two?.admitted, three?.admitted]);
    expect(two?.state.error).toMatchObject({ code: 'overloaded' });
    first.end();
    expect(admission.bytes).toBe(0);
    const next = arrive(admission, 100);
    await next.admitted;
    expect(next.state.isIn).toBe(true);
  });

  test('keeps no room for a connection that is gone', async () => {
    const admission = new Admission(bounds);
    const first = arrive(admission, 100);
    const gone = arrive(admission, 50);
    const next = arrive(admission, 50);
    await soon();
    gone.end();
    first.end();
    await Promise.all([gone.admitted, next.admitted]);
    expect(gone.state.isIn).toBe(false);
    expect(next.state.isIn).toBe(true);
    next.end();
    expect(admission.bytes).toBe(0);
  });
});
