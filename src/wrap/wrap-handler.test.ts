import { EventEmitter } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Handler, recordRuns } from '../../test/support/recorded-runs.ts';

const context = { awsRequestId: 'r-1', functionName: 'resize', memoryLimitInMB: '128' };

describe('what the caller of a wrapped handler sees', () => {
  test('is the value itself, at once where it was at once', () => {
    const { wrap, records } = recordRuns();
    const value = { ok: true };
    expect(wrap(() => value)({}, context)).toBe(value);
    expect(records()).toMatchObject([{ retCode: 0, retMsg: '{"ok":true}', requestId: 'r-1' }]);
  });

  test('is the very error, thrown at once', () => {
    const { wrap, records } = recordRuns();
    const error = new TypeError('no such thing');
    const thrown = () => {
      throw error;
    };
    expect(() => wrap(thrown)({}, context)).toThrow(error);
    expect(records()).toMatchObject([
      { retCode: 1, statusCode: 430, retMsg: 'TypeError: no such thing' },
    ]);
    expect(records()[0]?.['log']).toContain('wrap-handler.test.ts');
  });

  test('is a promise of the same value, or of the very error', async () => {
    const { wrap, records } = recordRuns();
    const value = { ok: true };
    const error = new Error('later');
    expect(await wrap(async () => value)({}, context)).toBe(value);
    await expect(wrap(() => Promise.reject(error))({}, context)).rejects.toBe(error);
    expect(records().map((record) => record['retMsg'])).toEqual(['{"ok":true}', 'Error: later']);
  });

  test('is a lazy promise that is started once', async () => {
    const { wrap, records } = recordRuns();
    let starts = 0;
    const lazy = {
      // biome-ignore lint/suspicious/noThenProperty: a query builder has one
      then(resolve: (value: string) => void) {
        starts += 1;
        resolve('rows');
      },
    };
    const made = wrap(() => lazy)({}, context);
    expect(starts).toBeLessThanOrEqual(1);
    await made;
    expect(starts).toBe(1);
    expect(records()).toHaveLength(1);
  });

  test('is a callback with the same arguments', () => {
    const { wrap, records } = recordRuns();
    const error = new Error('by callback');
    const calls: unknown[][] = [];
    const callback = (...values: unknown[]) => calls.push(values);
    wrap((event, _context, done) => (done as Handler)(null, event))('x', context, callback);
    wrap((_event, _context, done) => (done as Handler)(error))('x', context, callback);
    wrap((_event, _context, done) => (done as Handler)('text'))('x', context, callback);
    expect(calls).toEqual([[null, 'x'], [error], ['text']]);
    expect(records()).toMatchObject([
      { retCode: 0, retMsg: '"x"', retryNum: 0 },
      { retCode: 1, retMsg: 'Error: by callback', retryNum: 1 },
      { retCode: 1, retMsg: 'text', retryNum: 2 },
    ]);
  });

  test('has this, the arguments, the name and the number of parameters', () => {
    const { wrap } = recordRuns();
    const seen: unknown[] = [];
    const handler = function main(this: unknown, event: unknown, given: unknown) {
      seen.push(this, event, given);
    };
    const wrapped = wrap(handler as Handler);
    const self = {};
    Reflect.apply(wrapped, self, [1, context]);
    expect(seen).toEqual([self, 1, context]);
    expect(seen[0]).toBe(self);
    expect([wrapped.name, wrapped.length]).toEqual(['main', 2]);
  });

  test('is not changed by what the reporter cannot read', () => {
    const { wrap, records, stats } = recordRuns();
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('not for you');
        },
      },
    );
    expect(wrap(() => 1)({}, hostile)).toBe(1);
    expect(stats.faults).toBe(1);
    expect(wrap(() => hostile)({}, context)).toBe(hostile);
    expect(
      wrap(() => ({
        toJSON: 5,
        get x() {
          throw new Error('no');
        },
      }))({}, context),
    ).toBeTruthy();
    expect(records().map((record) => record['retMsg'])).toEqual([
      '[cannot be shown]',
      '[cannot be shown]',
    ]);
  });
});

describe('a run ends', () => {
  test('with its callback, not when the handler returns', async () => {
    const { wrap, records } = recordRuns();
    const late: Handler = (_event, _context, done) => {
      setTimeout(done as Handler, 5, null, 'late');
    };
    const value = await new Promise((resolve) => {
      wrap(late)({}, context, (_error: unknown, given: unknown) => resolve(given));
      expect(records()).toEqual([]);
    });
    expect(value).toBe('late');
    expect(records()).toMatchObject([{ retMsg: '"late"' }]);
  });

  test('once, however often it is told', () => {
    const { wrap, records } = recordRuns();
    wrap((_event, _context, done) => {
      (done as Handler)(null, 1);
      (done as Handler)(null, 2);
      return 3;
    })({}, context, () => undefined);
    expect(records()).toMatchObject([{ retMsg: '1' }]);
  });

  test('with the response, where it is a request', () => {
    const { wrap, records } = recordRuns({ functionName: 'page' }, { functionName: 'page' });
    const response = Object.assign(new EventEmitter(), {
      statusCode: 200,
      headersSent: false,
      writableEnded: false,
      writableFinished: false,
    });
    const request = { headers: { 'x-request-id': 'from-the-proxy' } };
    wrap(() => undefined)(request, response);
    expect(records()).toEqual([]);
    response.statusCode = 503;
    response.emit('finish');
    response.emit('close');
    expect(records()).toMatchObject([
      {
        functionName: 'page',
        requestId: 'from-the-proxy',
        retCode: 1,
        retMsg: 'HTTP 503',
        httpStatus: 503,
      },
    ]);
  });
});

describe('flushBeforeReturn', () => {
  test('holds promise and callback back until the records are out', async () => {
    const flushes: Array<() => void> = [];
    const flush = () => new Promise<void>((resolve) => flushes.push(resolve));
    const { wrap } = recordRuns({}, { flush });
    const seen: unknown[] = [];
    const going = (wrap(async () => 'value')({}, context) as Promise<unknown>).then((value) =>
      seen.push(value),
    );
    wrap((_event, _context, done) => (done as Handler)(null, 'called'))(
      {},
      context,
      (...values: unknown[]) => seen.push(values),
    );
    await wait(1);
    expect([seen, flushes.length]).toEqual([[], 2]);
    for (const release of flushes) {
      release();
    }
    await going;
    await wait(1);
    expect(seen).toHaveLength(2);
    expect(seen).toContainEqual([null, 'called']);
  });
});
