import { EventEmitter } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import { Admission } from './admission.ts';

const MIB = 2 ** 20;
const bounds = { bytesMax: 100, waitingMax: 2, waitMsMax: 60_000, watchMs: 2 };

/** A request of some bytes; what happened to it, and ways to go on with it and to end it. */
function arrive(admission: Admission, bytes: number, headers: Record<string, string> = {}) {
  const raw = new EventEmitter();
  const state = { isIn: false, isCut: false, error: undefined as unknown };
  const socket = { bytesRead: 0 };
  const incoming = {
    socket,
    complete: false,
    readableLength: 0,
    destroy: () => {
      state.isCut = true;
      raw.emit('close');
    },
  };
  const request = {
    url: '/v1/logs?a=b',
    headers: { ...lengthHeader(bytes), ...headers },
    raw: incoming,
    log: { warn: () => undefined },
  };
  const admitted = admission
    .admit(request as unknown as FastifyRequest, { raw } as unknown as FastifyReply)
    .then(
      () => {
        state.isIn = true;
      },
      (error: unknown) => {
        state.error = error;
      },
    );
  return { state, admitted, incoming, end: () => raw.emit('close') };
}

const UNKNOWN_LENGTH = -1;

function lengthHeader(bytes: number): Record<string, string> {
  return bytes < 0 ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(bytes) };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('admission', () => {
  test('lets requests in up to the bound, the others in their order when there is room', async () => {
    const admission = new Admission(bounds);
    const [one, two, three] = [60, 60, 20].map((bytes) => arrive(admission, bytes));
    await soon();
    expect([one, two, three].map((request) => request?.state.isIn)).toEqual([true, false, false]);
    expect(admission.bytes).toBe(60);
    one?.end();
    await soon();
    expect([two, three].map((request) => request?.state.isIn)).toEqual([true, true]);
    two?.end();
    three?.end();
    expect(admission.bytes).toBe(0);
  });

  test('keeps an eighth for small requests, which pass large ones that wait', async () => {
    const admission = new Admission(bounds);
    const [, large, small, next] = [80, 60, 10, 10].map((bytes) => arrive(admission, bytes));
    await soon();
    expect([large, small, next].map((request) => request?.state.isIn)).toEqual([
      false,
      true,
      false,
    ]);
    small?.end();
    await soon();
    expect([large, next].map((request) => request?.state.isIn)).toEqual([false, true]);
  });

  test('gives small requests all that there is where no large one waits', async () => {
    const admission = new Admission(bounds);
    const small = Array.from({ length: 11 }, () => arrive(admission, 9));
    await soon();
    expect(small.map(({ state }) => state.isIn)).toEqual(small.map(() => true));
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
    const admission = new Admission({ ...bounds, waitMsMax: 20, watchMs: 60_000 });
    const first = arrive(admission, 88);
    const [two, three, four] = [21, 22, 23].map((bytes) => arrive(admission, bytes));
    await four?.admitted;
    expect(four?.state.error).toMatchObject({ code: 'overloaded', retryable: true });
    await Promise.all([two?.admitted, three?.admitted]);
    expect(two?.state.error).toMatchObject({ code: 'overloaded' });
    first.end();
    expect(admission.bytes).toBe(0);
    const next = arrive(admission, 88);
    await next.admitted;
    expect(next.state.isIn).toBe(true);
  });

  test('keeps neither room nor a place for a connection that is gone', async () => {
    const admission = new Admission(bounds);
    const first = arrive(admission, 88);
    const [gone, next] = [arrive(admission, 50), arrive(admission, 50)];
    gone.end();
    await gone.admitted;
    expect(gone.state.error).toMatchObject({ code: 'malformed_request' });
    const last = arrive(admission, 30);
    first.end();
    await Promise.all([next.admitted, last.admitted]);
    expect([gone, next, last].map(({ state }) => state.isIn)).toEqual([false, true, true]);
    next.end();
    last.end();
    expect(admission.bytes).toBe(0);
  });
});

describe('a body that does not come', () => {
  test('is cut off when others wait for its room, and not before', async () => {
    const admission = new Admission(bounds);
    const still = arrive(admission, 88);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(still.state).toMatchObject({ isIn: true, isCut: false });
    const next = arrive(admission, 50);
    await next.admitted;
    expect(next.state.isIn).toBe(true);
    expect(still.state.isCut).toBe(true);
    expect(admission.bytes).toBe(50);
  });

  test.each([
    [
      'bytes that come',
      (incoming: { socket: { bytesRead: number } }) => {
        incoming.socket.bytesRead += 2_000;
      },
    ],
    [
      'bytes that were not read yet',
      (incoming: { readableLength: number }) => {
        incoming.readableLength = 1;
      },
    ],
    [
      'an answer under way',
      (incoming: { complete: boolean }) => {
        incoming.complete = true;
      },
    ],
  ])('is not one with %s', async (_name, goOn) => {
    const admission = new Admission({ ...bounds, watchMs: 10, waitMsMax: 300 });
    const going = arrive(admission, 88);
    const timer = setInterval(() => goOn(going.incoming), 4);
    const next = arrive(admission, 50);
    await next.admitted;
    clearInterval(timer);
    expect(next.state.error).toMatchObject({ code: 'overloaded' });
    expect(going.state.isCut).toBe(false);
  });
});

describe('a body of unknown length', () => {
  test('counts for a mebibyte, and for what has come where that is more', async () => {
    const admission = new Admission({ ...bounds, bytesMax: 64 * MIB });
    const chunked = arrive(admission, UNKNOWN_LENGTH);
    await chunked.admitted;
    expect(admission.bytes).toBe(MIB);
    chunked.incoming.socket.bytesRead = 5 * MIB;
    await expect.poll(() => admission.bytes).toBe(5 * MIB);
    chunked.end();
    expect(admission.bytes).toBe(0);
  });

  test('is cut off where it becomes more than there is room for, the newest first', async () => {
    const admission = new Admission({ ...bounds, bytesMax: 64 * MIB });
    const sized = arrive(admission, 20 * MIB);
    const [older, newer] = [UNKNOWN_LENGTH, UNKNOWN_LENGTH].map((bytes) =>
      arrive(admission, bytes),
    );
    await Promise.all([sized.admitted, older?.admitted, newer?.admitted]);
    for (const chunked of [older, newer]) {
      if (chunked !== undefined) {
        chunked.incoming.socket.bytesRead = 30 * MIB;
      }
    }
    await expect.poll(() => newer?.state.isCut).toBe(true);
    expect([sized, older].map((request) => request?.state.isCut)).toEqual([false, false]);
    expect(admission.bytes).toBe(50 * MIB);
  });
});
