import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { recordRuns } from '../../test/support/recorded-runs.ts';

const context = { awsRequestId: 'r-1', functionName: 'resize', memoryLimitInMB: '128' };

describe('a record', () => {
  test('says what the platform says, and how long it took', async () => {
    const { wrap, records } = recordRuns();
    await wrap(async () => await wait(5))({}, context);
    const [record] = records();
    expect(record).toMatchObject({
      functionName: 'resize',
      requestId: 'r-1',
      retryNum: 0,
      memoryLimit: 128 * 1024 * 1024,
      invokeFinished: 1,
      source: 'fnlog/wrap',
      retMsg: '',
    });
    expect(record?.['duration']).toBeGreaterThanOrEqual(4);
    expect(record?.['memUsage']).toBeGreaterThan(1_000_000);
    expect(Math.abs(Date.now() - Number(record?.['startTime']))).toBeLessThan(60_000);
    expect(Number.isInteger(Math.round(Number(record?.['startTime']) * 1_000))).toBe(true);
  });

  test('takes the context from the third place where a stream is in the second', () => {
    const { wrap, records } = recordRuns();
    wrap(() => 1)({}, { write: () => true }, context);
    wrap(() => 1)({}, { ...context, awsRequestId: 'r-2' }, null);
    expect(records().map((record) => record['requestId'])).toEqual(['r-1', 'r-2']);
  });

  test('has the start-up time for the first run of the process alone', () => {
    const { wrap, records } = recordRuns();
    const handler = wrap(() => 1);
    handler({}, context);
    handler({}, context);
    const [first, second] = records();
    expect(first?.['initDuration']).toBeGreaterThan(0);
    expect(second).not.toHaveProperty('initDuration');
  });

  test('has a name and a request id where nobody gives one', () => {
    const { wrap, records } = recordRuns();
    wrap(function thumbnail() {})();
    wrap(() => 1)('event');
    const [named, unnamed] = records();
    expect(named?.['functionName']).toBe('thumbnail');
    expect(unnamed?.['functionName']).toBe('handler');
    expect(named?.['requestId']).toMatch(/^[\da-f-]{36}$/);
    expect(named?.['requestId']).not.toBe(unnamed?.['requestId']);
  });

  test('is preceded by one of the start where that is wished, of the same identity', async () => {
    const { wrap, records } = recordRuns({ reportStarts: true });
    const going = wrap(async () => await wait(1))({}, context);
    const [start] = records();
    expect(start).toMatchObject({ retCode: 2, invokeFinished: 0 });
    await going;
    const [, end] = records();
    for (const field of ['functionName', 'requestId', 'retryNum', 'startTime']) {
      expect(end?.[field]).toBe(start?.[field]);
    }
    expect(end?.['retCode']).toBe(0);
  });

  test('takes no more than its bounds', () => {
    const { wrap, records } = recordRuns({ resultBytesMax: 10 });
    const error = new Error('文'.repeat(10_000));
    wrap(() => 'x'.repeat(1_000))({}, context);
    expect(() =>
      wrap(() => {
        throw error;
      })({}, { awsRequestId: 'i'.repeat(1_000) }),
    ).toThrow();
    const [long, failed] = records();
    expect(long?.['retMsg']).toBe('"xxxxxxxxx…');
    expect(Buffer.byteLength(String(failed?.['retMsg']))).toBeLessThan(4_200);
    expect(Buffer.byteLength(String(failed?.['log']))).toBeLessThan(8_300);
    expect(failed?.['requestId']).toHaveLength(256);
  });

  test('is of a second run where the request id comes again', () => {
    const { wrap, records } = recordRuns();
    const handler = wrap(() => 1);
    handler({}, context);
    handler({}, context);
    handler({}, { ...context, functionName: 'other' });
    handler({}, { invocationId: 'az', functionName: 'resize', retryContext: { retryCount: 4 } });
    expect(records().map((record) => record['retryNum'])).toEqual([0, 1, 0, 4]);
  });
});
