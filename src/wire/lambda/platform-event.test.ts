import { describe, expect, test } from 'vitest';
import { readPlatformEvent } from './platform-event.ts';

const requestId = '8f1c0a52-7d11-4a0e-9b5e-2f6f0c1d9a01';
const TIME_US = Date.UTC(2026, 2, 4, 5, 6, 7, 800) * 1000;
const MIB = 1024 * 1024;

function read(type: string, record: unknown) {
  return readPlatformEvent(`platform.${type}`, record, TIME_US);
}

describe('platform.start', () => {
  test.each([
    ['Root=1-65e5-ab;Parent=cd;Sampled=1', '1-65e5-ab'],
    ['Parent=cd;Root=1-65e5-ab', '1-65e5-ab'],
    ['of another tracer', 'of another tracer'],
  ])('gives the start, the version, and of the trace %j its id', (value, traceId) => {
    const tracing = { type: 'X-Amzn-Trace-Id', value };
    expect(read('start', { requestId, version: '7', tracing })).toEqual({
      role: 'start',
      requestId,
      facts: { startTimeUs: TIME_US, qualifier: '7', traceId },
    });
  });

  test.each([
    ['arn:aws:lambda:eu-central-1:111122223333:function:resize', 'resize'],
    ['arn:aws:lambda:eu-central-1:111122223333:function:resize:live', 'resize'],
    ['resize', undefined],
    [7, undefined],
  ])('with the ARN %j is of the function %s', (functionArn, functionName) => {
    expect(read('start', { requestId, functionArn })).toEqual({
      role: 'start',
      requestId,
      facts: { startTimeUs: TIME_US },
      ...(functionName === undefined ? {} : { functionName }),
    });
  });
});

describe('platform.report', () => {
  test('gives the figures in our units, and the end', () => {
    const metrics = {
      durationMs: 693.925,
      billedDurationMs: 694,
      initDurationMs: 397.68,
      restoreDurationMs: 15.5,
      maxMemoryUsedMB: 84,
      memorySizeMB: 128,
    };
    expect(read('report', { requestId, status: 'success', metrics })).toEqual({
      role: 'end',
      requestId,
      facts: {
        invokeFinished: true,
        endTimeUs: TIME_US,
        durationUs: 693_925,
        billDurationMs: 694,
        initDurationUs: 397_680,
        memUsageBytes: 84 * MIB,
        memoryLimitBytes: 128 * MIB,
        extra: { restoreDuration: 15.5 },
      },
    });
  });

  test('without figures is the end all the same', () => {
    expect(read('report', { requestId, metrics: null })).toEqual({
      role: 'end',
      requestId,
      facts: { invokeFinished: true, endTimeUs: TIME_US },
    });
  });

  test.each([
    ['durationMs', -1],
    ['durationMs', '7'],
    ['billedDurationMs', 1e300],
    ['memorySizeMB', {}],
    ['maxMemoryUsedMB', 2 ** 40],
  ])('is refused with the figure %s %j', (name, value) => {
    expect(read('report', { requestId, metrics: { [name]: value } })).toEqual({
      field: `record.metrics.${name}`,
      unreadable: expect.stringMatching(/^must be a number from 0 to \d+, not "/),
    });
  });
});

describe('platform.runtimeDone', () => {
  test.each([
    ['success', undefined, undefined],
    ['timeout', undefined, 433],
    ['timeout', 'Runtime.ExitError', 433],
    ['error', 'Sandbox.Timedout', 433],
    ['error', 'Runtime.OutOfMemory', 434],
    ['error', 'Runtime.ExitError', 439],
    ['failure', 'Runtime.HandlerNotFound', 437],
    ['failure', 'TypeError', 430],
    ['error', undefined, 430],
  ])('with status %s and error type %s is status code %s', (status, errorType, statusCode) => {
    const metrics = { durationMs: 140, producedBytes: 16 };
    expect(read('runtimeDone', { requestId, status, errorType, metrics })).toEqual({
      role: 'end',
      requestId,
      facts: {
        invokeFinished: true,
        endTimeUs: TIME_US,
        durationUs: 140_000,
        extra: { producedBytes: 16, ...(errorType === undefined ? {} : { errorType }) },
        ...(statusCode === undefined ? {} : { retCode: 1, statusCode }),
        ...(errorType === undefined ? {} : { retMsg: errorType }),
        ...(status === 'timeout' && errorType === undefined ? { retMsg: 'Task timed out' } : {}),
      },
    });
  });
});

test.each([
  'initRuntimeDone',
  'extension',
  'telemetrySubscription',
  'logsSubscription',
  'restoreReport',
  'ofTomorrow',
])('platform.%s says nothing of a run', (type) => {
  expect(read(type, { name: 'forwarder', state: 'Ready' })).toEqual({ role: 'none', facts: {} });
});

test.each(['start', 'runtimeDone', 'end', 'report'])('platform.%s without a request id', (type) => {
  for (const given of [undefined, '', 7, 'x'.repeat(257)]) {
    expect(read(type, { requestId: given })).toEqual({
      field: 'record.requestId',
      unreadable: expect.stringContaining('1 to 256 characters'),
    });
  }
});
